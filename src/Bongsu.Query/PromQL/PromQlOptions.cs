namespace Bongsu.Query.PromQL;

/// <summary>Limits and defaults of PromQL evaluation.</summary>
public sealed record PromQlOptions
{
    /// <summary>How far back an instant selector looks for a sample.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A query that runs longer fails.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Most samples one query may hold.</summary>
    public int MaxSamples { get; init; } = 50_000_000;

    /// <summary>Most steps of a range query.</summary>
    public int MaxSteps { get; init; } = 11_000;

    /// <summary>
    /// Whether queries may use what Prometheus has behind feature flags: experimental functions and aggregations, info(), the modifiers fill, anchored and
    /// smoothed; and whether rates use the start timestamps of samples. Off: a query that uses one is refused.
    /// </summary>
    public bool Experimental { get; init; }

    /// <summary>Step of a subquery that names none.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);
}
