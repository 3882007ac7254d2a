namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>One target as it stands, for people and the API.</summary>
public sealed record TargetStatus
{
    public required string Pool { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required IReadOnlyDictionary<string, string> Discovered { get; init; }

    /// <summary>Values of parameters whose names speak of secrets are masked.</summary>
    public required string Url { get; init; }
    public required TargetHealth Health { get; init; }

    /// <summary>Empty when the last scrape was well.</summary>
    public required string LastError { get; init; }

    /// <summary>Null before the first scrape.</summary>
    public required DateTimeOffset? LastScrape { get; init; }
    public required TimeSpan LastDuration { get; init; }
    public required TimeSpan Interval { get; init; }
    public required TimeSpan Timeout { get; init; }
}
