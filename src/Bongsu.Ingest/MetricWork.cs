using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest;

/// <summary>What one request of metrics is worked on with.</summary>
internal sealed class MetricWork : IngestWork
{
    public MetricWork(IngestLimits limits, DeltaAccumulator deltas, SeriesCache series)
    {
        Known = new SeriesLookup(series);
        Otlp = new OtlpMetrics(limits, deltas, Known);
        RemoteWrite = new RemoteWrite(limits, Known);
        RemoteWriteV2 = new RemoteWriteV2(limits, Known);
    }

    public MetricBatch Batch { get; } = new();
    public SeriesLookup Known { get; }
    public OtlpMetrics Otlp { get; }
    public RemoteWrite RemoteWrite { get; }
    public RemoteWriteV2 RemoteWriteV2 { get; }

    public override int Count => Batch.Count;

    protected override long BatchBytes => Batch.Arena.Length;

    protected override void ClearBatch() => Batch.Clear();
}
