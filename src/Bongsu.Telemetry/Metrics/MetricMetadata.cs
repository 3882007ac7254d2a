namespace Bongsu.Telemetry.Metrics;

public enum MetricType : byte
{
    Unknown,
    Counter,
    Gauge,
    Histogram,
    GaugeHistogram,
    Summary,
    Info,
    StateSet,
}

/// <summary>What a metric family says of itself.</summary>
public sealed record MetricMetadata(string Name, MetricType Type, string Unit, string Help);
