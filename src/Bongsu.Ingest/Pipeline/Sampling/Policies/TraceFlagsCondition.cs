using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>trace_flags</c>: the sampled flag of a span is set.</summary>
public sealed class TraceFlagsCondition : SpanCondition
{
    public override bool Meets(SpanBatch batch, in Span span) => (span.Flags & 1) != 0;
}
