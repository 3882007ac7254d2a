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

    /// <summary>Step of a subquery that names none.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);
}
