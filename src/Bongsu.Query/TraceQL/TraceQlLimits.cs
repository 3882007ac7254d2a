namespace Bongsu.Query.TraceQL;

/// <summary>What one TraceQL query may cost; past a limit it fails with a message that names it.</summary>
public sealed record TraceQlLimits
{
    /// <summary>Longest query text, in characters.</summary>
    public int MaxQueryLength { get; init; } = 64 * 1024;

    /// <summary>Deepest nesting of expressions and parentheses.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Most traces looked at by one query.</summary>
    public int MaxTraces { get; init; } = 1_000_000;

    /// <summary>A query that runs longer fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
