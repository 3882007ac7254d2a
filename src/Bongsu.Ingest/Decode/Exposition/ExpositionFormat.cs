namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>The forms in which targets show their metrics.</summary>
public enum ExpositionFormat : byte
{
    /// <summary>Prometheus text 0.0.4, and 1.0.0, which adds quoted names.</summary>
    PrometheusText,
    /// <summary>OpenMetrics text 0.0.1 and 1.0.0.</summary>
    OpenMetrics,
    /// <summary>Length-delimited io.prometheus.client.MetricFamily messages.</summary>
    Protobuf,
}
