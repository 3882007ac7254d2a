namespace Bongsu.Ingest.Receive;

/// <summary>How pushes are kept and shown again. Immutable.</summary>
public sealed record PushgatewayOptions
{
    /// <summary>How often what was pushed is written again, as if scraped.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Groups at one time; a push that would begin one more is refused.</summary>
    public int MaxGroups { get; init; } = 10_000;

    /// <summary>What all groups may hold together.</summary>
    public long MaxBytes { get; init; } = 64L * IngestLimits.MiB;
}
