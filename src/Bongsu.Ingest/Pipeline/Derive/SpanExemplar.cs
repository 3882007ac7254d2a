using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>A span as an example of the bucket that its duration is in; <see cref="EndMs"/> is 0 where there is none.</summary>
internal readonly record struct SpanExemplar(int Bucket, TraceId TraceId, SpanId SpanId, double Seconds, long EndMs)
{
    public Exemplar ToExemplar() => new(LabelSet.Of(("span_id", SpanId.ToString()), ("trace_id", TraceId.ToString())), EndMs, Seconds);
}
