namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>span_count</c>: from a number of spans to another, both included (0: no upper one).</summary>
public sealed class SpanCountPolicy(string name, long min, long max) : SamplingPolicy(name, "span_count")
{
    public override Verdict Evaluate(in TraceFacts trace) => trace.Spans >= min && (max == 0 || trace.Spans <= max) ? Verdict.Sampled : Verdict.NotSampled;
}
