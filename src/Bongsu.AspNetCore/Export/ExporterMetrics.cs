using System.Diagnostics.Metrics;

namespace Bongsu.AspNetCore.Export;

/// <summary>What the exporter did with the telemetry it was given; exported like everything else, so losses are seen at the other end.</summary>
internal sealed class ExporterMetrics
{
    public const string MeterName = "Bongsu.AspNetCore";
    public const string QueueFull = "queue_full";
    public const string Refused = "refused";
    public const string Unreachable = "unreachable";
    public const string Unencodable = "unencodable";

    private static readonly string[] SignalNames = ["traces", "metrics", "logs"];
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _sent;
    private readonly long[] _droppedTotals = new long[3];

    public ExporterMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _dropped = meter.CreateCounter<long>("bongsu.exporter.dropped", "{item}", "Spans, log records and data points that were not delivered.");
        _sent = meter.CreateCounter<long>("bongsu.exporter.sent", "{item}", "Spans, log records and data points that were delivered.");
        Overflow = meter.CreateCounter<long>("bongsu.metrics.overflow", "{measurement}", "Measurements summed under otel.metric.overflow because the instrument has too many attribute sets.");
    }

    public Counter<long> Overflow { get; }

    public void Dropped(Signal signal, long count, string reason)
    {
        if (count <= 0)
            return;
        Interlocked.Add(ref _droppedTotals[(int)signal], count);
        _dropped.Add(count, new("signal", SignalNames[(int)signal]), new("reason", reason));
    }

    public void Sent(Signal signal, long count) => _sent.Add(count, new KeyValuePair<string, object?>("signal", SignalNames[(int)signal]));

    public long DroppedTotal(Signal signal) => Interlocked.Read(ref _droppedTotals[(int)signal]);
}
