using System.Text;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>One OTLP metric under its Prometheus names. Immutable.</summary>
internal sealed class MetricFamily
{
    public MetricFamily(string name, string unit, MetricShape shape)
    {
        Name = MetricNames.Family(name, unit, shape == MetricShape.MonotonicSum, shape == MetricShape.Gauge);
        Unit = MetricNames.UnitText(unit);
        Utf8 = Encoding.UTF8.GetBytes(Name);
        Bucket = Encoding.UTF8.GetBytes(Name + "_bucket");
        Sum = Encoding.UTF8.GetBytes(Name + "_sum");
        Count = Encoding.UTF8.GetBytes(Name + "_count");
        Type = shape switch
        {
            MetricShape.MonotonicSum => MetricType.Counter,
            MetricShape.Gauge or MetricShape.Sum => MetricType.Gauge,
            MetricShape.Summary => MetricType.Summary,
            _ => MetricType.Histogram,
        };
    }

    public string Name { get; }
    public string Unit { get; }
    public MetricType Type { get; }
    public byte[] Utf8 { get; }
    public byte[] Bucket { get; }
    public byte[] Sum { get; }
    public byte[] Count { get; }
}
