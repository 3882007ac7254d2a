namespace Bongsu.Query;

public enum QueryFailureKind
{
    /// <summary>The text is no query, or its types do not fit. HTTP 400, Prometheus errorType "bad_data".</summary>
    BadQuery,
    /// <summary>It cannot be evaluated (many-to-many matching, a limit). HTTP 422, "execution".</summary>
    Execution,
    /// <summary>It took too long. HTTP 503, "timeout".</summary>
    Timeout,
    /// <summary>The store cannot do it. HTTP 501.</summary>
    Unsupported,
    /// <summary>Too many other queries run and wait. HTTP 503, "unavailable"; it may be asked again.</summary>
    Overloaded,
}

/// <summary>Why a query has no answer; <paramref name="Message"/> names place (line:column) and reason.</summary>
public sealed record QueryFailure(QueryFailureKind Kind, string Message);

/// <summary>An answer with what is to be said about it, or the reason why there is none.</summary>
/// <param name="Value">The answer; null when <paramref name="Failure"/> is set.</param>
/// <param name="Failure">The reason.</param>
/// <param name="Warnings">The answer may be wrong or partial, and why.</param>
/// <param name="Infos">The answer is right, the query probably not what was meant.</param>
public sealed record QueryAnswer<T>(T? Value, QueryFailure? Failure, IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos)
    where T : class
{
    /// <summary>What the query cost; null where it is not measured, or when the query did not run.</summary>
    public QueryStatistics? Statistics { get; init; }

    public static QueryAnswer<T> Of(T value) => new(value, null, [], []);

    public static QueryAnswer<T> Failed(QueryFailureKind kind, string message) => new(null, new QueryFailure(kind, message), [], []);
}
