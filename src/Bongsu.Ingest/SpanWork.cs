using Bongsu.Ingest.Decode.Jaeger;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Zipkin;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest;

/// <summary>What one request of spans is worked on with.</summary>
internal sealed class SpanWork(IngestLimits limits) : IngestWork
{
    public SpanBatch Batch { get; } = new();
    public OtlpSpans Otlp { get; } = new(limits);
    public ZipkinSpans Zipkin { get; } = new(limits);
    public JaegerSpans Jaeger { get; } = new(limits);

    public override int Count => Batch.Count;

    protected override long BatchBytes =>
        Batch.Arena.Length + RowBytes(Batch.Attributes) + RowBytes(Batch.Spans) + RowBytes(Batch.Events) + RowBytes(Batch.Links) + RowBytes(Batch.Resources) + RowBytes(Batch.Scopes);

    protected override void ClearBatch() => Batch.Clear();
}
