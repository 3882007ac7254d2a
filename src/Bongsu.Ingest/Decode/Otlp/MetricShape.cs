namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The kinds of data of an OTLP metric, as far as its Prometheus name depends on them.</summary>
internal enum MetricShape : byte
{
    None,
    Gauge,
    Sum,
    MonotonicSum,
    Histogram,
    ExponentialHistogram,
    Summary,
}
