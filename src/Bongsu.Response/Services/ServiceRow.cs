namespace Bongsu.Response.Services;

/// <summary>One line of the list of services. Figures are of the last minutes (see <see cref="ServiceHealth"/>), sparklines of the whole time.</summary>
public sealed record ServiceRow
{
    public required string Name { get; init; }
    public string? Namespace { get; init; }
    public string? Environment { get; init; }
    public string? Version { get; init; }
    public required ServiceState State { get; init; }
    public StandsOut? StandsOut { get; init; }
    public required Figure Rate { get; init; }
    public required Figure ErrorRatio { get; init; }
    public required Figure P50Seconds { get; init; }
    public required Figure P95Seconds { get; init; }
    public required Figure P99Seconds { get; init; }
    public required IReadOnlyList<double?> RateSpark { get; init; }
    public required IReadOnlyList<double?> ErrorSpark { get; init; }
    public required IReadOnlyList<double?> P95Spark { get; init; }
    public required long SparkFromMs { get; init; }
    public required long SparkStepMs { get; init; }
    public double? SloBudgetLeft { get; init; }
    public long? LastReleaseMs { get; init; }
    public long? LastSeenMs { get; init; }
    public required string RedSource { get; init; }

    /// <summary>The metric the figures are counted from; empty for none.</summary>
    public required string RedSourceDetail { get; init; }
}
