using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Finds traces: candidates from single spans, newest first, then whole traces in small groups. One instance per query.</summary>
internal sealed class TraceSearch(ISpanStore spans, TraceQlLimits limits, TimeProvider time, CancellationToken cancellationToken)
{
    // Groups start small, so that a small limit is met early, and double, so that a search through everything asks the store seldom.
    private const int FirstGroup = 32;
    private const int LargestGroup = 1024;

    private const int CheckEvery = 1024;

    private readonly long _started = time.GetTimestamp();
    private readonly HashSet<TraceId> _seen = [];

    public List<string> Warnings { get; } = [];

    public int TracesInspected => _seen.Count;

    public long SpansInspected { get; private set; }

    /// <summary>Hands every whole trace that may match to <paramref name="onTrace"/>, until that returns false.</summary>
    public async ValueTask RunAsync(SearchPlan plan, long startNanos, long endNanos, Func<TraceView, bool> onTrace)
    {
        var group = new HashSet<TraceId>();
        var size = FirstGroup;
        await foreach (var batch in spans.SelectAsync(plan.Select(startNanos, endNanos), Warnings, cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in NewestFirst(batch))
            {
                if (++SpansInspected % CheckEvery == 0)
                    CheckTime();
                var traceId = batch.Spans[row].TraceId;
                if (_seen.Contains(traceId) || !plan.MayMatch(new TraceView(batch, traceId, [row])))
                    continue;
                if (_seen.Count >= limits.MaxTraces)
                    throw new TraceQlEvaluationException(QueryFailureKind.Execution, $"search looks at more than {limits.MaxTraces} traces; narrow the time range or the query");
                _seen.Add(traceId);
                group.Add(traceId);
                if (group.Count < size)
                    continue;
                if (!await EvaluateAsync(group, onTrace).ConfigureAwait(false))
                    return;
                group.Clear();
                size = Math.Min(LargestGroup, size * 2);
            }
        }
        if (group.Count > 0)
            await EvaluateAsync(group, onTrace).ConfigureAwait(false);
    }

    private static int[] NewestFirst(SpanBatch batch)
    {
        var rows = new int[batch.Count];
        var starts = new long[batch.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
            starts[i] = -batch.Spans[i].StartUnixNano;
        }
        Array.Sort(starts, rows);
        return rows;
    }

    private async ValueTask<bool> EvaluateAsync(HashSet<TraceId> group, Func<TraceView, bool> onTrace)
    {
        var batch = await spans.TracesAsync(group, Warnings, cancellationToken).ConfigureAwait(false);
        var rows = new Dictionary<TraceId, List<int>>();
        for (var i = 0; i < batch.Count; i++)
        {
            var id = batch.Spans[i].TraceId;
            if (!rows.TryGetValue(id, out var list))
                rows[id] = list = [];
            list.Add(i);
        }
        foreach (var id in group)
        {
            CheckTime();
            if (rows.TryGetValue(id, out var list) && !onTrace(new TraceView(batch, id, [.. list])))
                return false;
        }
        return true;
    }

    private void CheckTime()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (time.GetElapsedTime(_started) > limits.Timeout)
            throw new TraceQlEvaluationException(QueryFailureKind.Timeout, $"search timed out after {limits.Timeout.TotalSeconds:0} s and {SpansInspected} spans; narrow the time range or the query");
    }
}

/// <summary>Ends an evaluation that cannot go on; the engine turns it into a <see cref="QueryFailure"/>.</summary>
internal sealed class TraceQlEvaluationException(QueryFailureKind kind, string message) : Exception(message)
{
    public QueryFailureKind Kind { get; } = kind;
}
