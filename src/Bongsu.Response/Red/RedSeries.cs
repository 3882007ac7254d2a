using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Red;

/// <summary>One request counter found in the store, with the time it was alive.</summary>
/// <param name="FirstMs">Its first sample within the scanned time.</param>
/// <param name="LastMs">Its last sample within the scanned time.</param>
/// <param name="LastGrowthMs">The last time it counted anything: its first sample, or a later one with another value than the one before.</param>
/// <param name="IntervalMs">Median time between its samples; 0 with fewer than four, which say little.</param>
public sealed record RedSeries(RedSource Source, string Service, LabelSet Labels, long FirstMs, long LastMs, long LastGrowthMs, long IntervalMs)
{
    /// <summary>When its service was last seen: what is derived from spans is repeated for a while after the last span.</summary>
    public long LastSeenMs => Source.Dialect.Kind == RedKind.Spans ? LastGrowthMs : LastMs;

    public string? Version => Labels.Get(LabelNames.ServiceVersion);
    public string? Environment => Labels.Get(LabelNames.Environment);
    public string? Instance => Labels.Get(LabelNames.Instance);
}
