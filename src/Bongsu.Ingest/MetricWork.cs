using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest;

/// <summary>What one request of metrics is worked on with.</summary>
internal sealed class MetricWork(IngestLimits limits, DeltaAccumulator deltas)
{
    public MetricBatch Batch { get; } = new();
    public RejectionTally Tally { get; } = new();
    public OtlpMetrics Otlp { get; } = new(limits, deltas);
    public OtlpJson Json { get; } = new();
    public RemoteWrite RemoteWrite { get; } = new(limits);
    public ByteBuffer Transcoded { get; } = new();

    public void Clear()
    {
        Batch.Clear();
        Tally.Clear();
        Transcoded.Clear();
    }
}
