using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Jaeger;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Zipkin;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest;

/// <summary>What one request of spans is worked on with.</summary>
internal sealed class SpanWork(IngestLimits limits)
{
    public SpanBatch Batch { get; } = new();
    public RejectionTally Tally { get; } = new();
    public OtlpSpans Otlp { get; } = new(limits);
    public OtlpJson Json { get; } = new();
    public ZipkinSpans Zipkin { get; } = new(limits);
    public JaegerSpans Jaeger { get; } = new(limits);
    public ByteBuffer Transcoded { get; } = new();

    public void Clear()
    {
        Batch.Clear();
        Tally.Clear();
        Transcoded.Clear();
    }
}
