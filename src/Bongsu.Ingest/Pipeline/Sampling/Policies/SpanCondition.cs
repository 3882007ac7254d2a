using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>
/// Something that a trace meets when one of its spans, or a resource of theirs, does. It is looked at once for each span on the way in, so that a trace that
/// is undecided takes a bit for it and no more. Thread-safe.
/// </summary>
public abstract class SpanCondition
{
    /// <summary>Its bit in the facts of a trace; given by the plan.</summary>
    public int Index { get; internal set; } = -1;

    /// <summary>Whether the resource alone meets it; asked once for each resource of a batch.</summary>
    public virtual bool MeetsResource(SpanBatch batch, int resource) => false;

    /// <summary>Whether the span meets it.</summary>
    // Hot path: every span on the way in; 0 B/op (see SamplingBenchmark).
    public abstract bool Meets(SpanBatch batch, in Span span);
}
