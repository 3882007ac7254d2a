namespace Bongsu.Query.TraceQL;

/// <summary>What one TraceQL query may cost; past a limit it fails with a message that names it.</summary>
public sealed record TraceQlLimits
{
    /// <summary>Longest query text, in characters.</summary>
    public int MaxQueryLength { get; init; } = 64 * 1024;

    /// <summary>Deepest nesting of expressions and parentheses.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Most operators between operands in one query.</summary>
    public int MaxOperators { get; init; } = 1_000;

    /// <summary>Most stages of one pipeline.</summary>
    public int MaxStages { get; init; } = 50;

    /// <summary>Most fields in one list, as of select() and by().</summary>
    public int MaxFields { get; init; } = 200;

    /// <summary>Most metrics queries combined by arithmetic in one query; each reads the spans by itself.</summary>
    public int MaxMetricSelects { get; init; } = 10;

    /// <summary>Most steps of a metrics query.</summary>
    public int MaxSteps { get; init; } = 11_000;

    /// <summary>Most series of a metrics query.</summary>
    public int MaxSeries { get; init; } = 10_000;

    /// <summary>Most points that a metrics query holds while it runs: series × steps, and for quantiles and histograms their buckets as well.</summary>
    public int MaxPoints { get; init; } = 5_000_000;

    /// <summary>Most distinct values of one attribute that are told.</summary>
    public int MaxValues { get; init; } = 10_000;

    /// <summary>Most spans in the answer to a search.</summary>
    public int MaxResultSpans { get; init; } = 500_000;

    /// <summary>Most traces looked at by one query.</summary>
    public int MaxTraces { get; init; } = 1_000_000;

    /// <summary>A query that runs longer fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
