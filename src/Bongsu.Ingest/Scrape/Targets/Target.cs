using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>One address to scrape, after relabelling. Immutable.</summary>
internal sealed record Target
{
    /// <summary>The labels that its series get.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>What discovery said of it, before relabelling.</summary>
    public required IReadOnlyDictionary<string, string> Discovered { get; init; }
    public required Uri Url { get; init; }
    public required TimeSpan Interval { get; init; }
    public required TimeSpan Timeout { get; init; }

    /// <summary>Two targets are the same when address, labels and times are.</summary>
    public string Key => $"{Labels}|{Url}|{Interval}|{Timeout}";

    /// <summary>The same for ever, so that a restart scrapes at the same moments.</summary>
    public ulong Hash => LabelHash.Of(System.Text.Encoding.UTF8.GetBytes($"{Labels}|{Url}"));
}
