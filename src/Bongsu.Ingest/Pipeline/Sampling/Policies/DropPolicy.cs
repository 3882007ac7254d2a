namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>drop</c>: a trace that all of some policies want is not kept, whatever others say.</summary>
public sealed class DropPolicy(string name, IReadOnlyList<SamplingPolicy> parts) : SamplingPolicy(name, "drop")
{
    public IReadOnlyList<SamplingPolicy> Parts { get; } = parts;

    public override Verdict Evaluate(in TraceFacts trace) => AndPolicy.AllWant(Parts, trace) ? Verdict.Dropped : Verdict.NotSampled;
}
