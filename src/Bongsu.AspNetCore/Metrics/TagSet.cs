namespace Bongsu.AspNetCore.Metrics;

/// <summary>The attributes of one time series of an instrument, in the order first seen.</summary>
internal sealed class TagSet(KeyValuePair<string, object?>[] tags)
{
    public static readonly TagSet Overflow = new([new("otel.metric.overflow", true)]);

    public KeyValuePair<string, object?>[] Tags { get; } = tags;
}
