namespace Bongsu.Query;

/// <summary>Runs one query: through the gate, and no longer than it may.</summary>
internal static class QueryRun
{
    /// <summary>The answer, or why there is none: no slot became free, or the time was over.</summary>
    /// <param name="gate">Null lets all in.</param>
    /// <param name="priority">On whose behalf it runs.</param>
    /// <param name="limit">How long it may run once it was let in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">The query; its token ends when the caller goes away or the time is over.</param>
    /// <param name="cancellationToken">Ends when the caller goes away.</param>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public static async ValueTask<QueryAnswer<T>> RunAsync<T>(QueryGate? gate, QueryPriority priority, TimeSpan limit, TimeProvider time,
        Func<CancellationToken, ValueTask<QueryAnswer<T>>> run, CancellationToken cancellationToken) where T : class
    {
        if (gate is not null && await gate.EnterAsync(priority, cancellationToken).ConfigureAwait(false) is { } refused)
            return QueryAnswer<T>.Failed(refused.Kind, refused.Message);
        using var timeout = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await run(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return QueryAnswer<T>.Failed(QueryFailureKind.Timeout, $"query timed out after {limit.TotalSeconds:0.###} s; narrow the time range or the query");
        }
        finally
        {
            gate?.Leave(priority);
        }
    }
}
