using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>The span, and the event of it, that a condition looks at.</summary>
internal readonly ref struct OttlContext(SpanBatch batch, ref readonly Span span, int spanEvent)
{
    private readonly ref readonly Span _span = ref span;

    public SpanBatch Batch { get; } = batch;

    public ref readonly Span Span => ref _span;

    /// <summary>Index into <see cref="SpanBatch.Events"/>, or -1.</summary>
    public int Event { get; } = spanEvent;
}
