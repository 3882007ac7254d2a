using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Red;

/// <summary>One request counter found in the store, with the time it was alive.</summary>
/// <param name="FirstMs">Its first sample within the scanned time.</param>
/// <param name="LastMs">Its last sample within the scanned time.</param>
/// <param name="LastGrowthMs">The last time it counted anything: its first sample, or a later one with another value than the one before.</param>
/// <param name="IntervalMs">Median time between its samples; 0 with fewer than two.</param>
public sealed record RedSeries(RedSource Source, string Service, LabelSet Labels, long FirstMs, long LastMs, long LastGrowthMs, long IntervalMs)
{
    public string? Version => Labels.Get(LabelNames.ServiceVersion);
    public string? Environment => Labels.Get(LabelNames.Environment);
    public string? Instance => Labels.Get(LabelNames.Instance);
}
