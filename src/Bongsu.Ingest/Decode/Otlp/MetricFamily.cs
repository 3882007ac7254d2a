using System.Text;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>One OTLP metric under its Prometheus names. Not thread-safe: keeps the metadata of the last help text.</summary>
internal sealed class MetricFamily
{
    private readonly byte[] _sentName;
    private readonly byte[] _sentUnit;
    private readonly MetricShape _shape;
    private byte[] _help = [];
    private MetricMetadata? _metadata;

    public MetricFamily(ReadOnlySpan<byte> sentName, ReadOnlySpan<byte> sentUnit, MetricShape shape)
    {
        (_sentName, _sentUnit, _shape) = (sentName.ToArray(), sentUnit.ToArray(), shape);
        var (name, unit) = (Encoding.UTF8.GetString(sentName), Encoding.UTF8.GetString(sentUnit));
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

    /// <summary>Whether it was made of this name, unit and shape.</summary>
    public bool IsOf(ReadOnlySpan<byte> sentName, ReadOnlySpan<byte> sentUnit, MetricShape shape) =>
        shape == _shape && sentName.SequenceEqual(_sentName) && sentUnit.SequenceEqual(_sentUnit);

    public MetricMetadata Metadata(ReadOnlySpan<byte> help)
    {
        if (_metadata is null || !help.SequenceEqual(_help))
            (_help, _metadata) = (help.ToArray(), new MetricMetadata(Name, Type, Unit, Encoding.UTF8.GetString(help)));
        return _metadata;
    }
}
