namespace Bongsu.Query.LogQL;

/// <summary>What one LogQL query may cost; past a limit it fails with a message that names it.</summary>
public sealed record LogQlLimits
{
    /// <summary>Longest query text, in characters.</summary>
    public int MaxQueryLength { get; init; } = 128 * 1024;

    /// <summary>Deepest nesting of expressions and parentheses.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Most operators, matchers, alternatives and named labels in one query: a chain of operators is as deep as it is long, and each of the others costs for every line.</summary>
    public int MaxParts { get; init; } = 1_000;

    /// <summary>Most stages of one pipeline.</summary>
    public int MaxStages { get; init; } = 200;

    /// <summary>Most lines a log query may ask for (Loki's max_entries_limit_per_query).</summary>
    public int MaxLines { get; init; } = 5_000;

    /// <summary>Most steps of a range query (Loki's and Prometheus' limit).</summary>
    public int MaxSteps { get; init; } = 11_000;

    /// <summary>Most samples a metric query may hold at once; 16 bytes each.</summary>
    public int MaxSamples { get; init; } = 10_000_000;

    /// <summary>Most series of a metric query on its way.</summary>
    public int MaxSeries { get; init; } = 100_000;

    /// <summary>Most series of a metric query's answer (Loki's max_query_series).</summary>
    public int MaxResultSeries { get; init; } = 500;

    /// <summary>Longest time that a query spans (Loki's max_query_length).</summary>
    public TimeSpan MaxRange { get; init; } = TimeSpan.FromHours(721);

    /// <summary>A query that runs longer fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
