using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>status_code</c>: the status of a span is one of some.</summary>
/// <param name="statuses">One bit for each status.</param>
public sealed class StatusCondition(int statuses) : SpanCondition
{
    public override bool Meets(SpanBatch batch, in Span span) => (statuses & (1 << ((int)span.Status & 7))) != 0;
}
