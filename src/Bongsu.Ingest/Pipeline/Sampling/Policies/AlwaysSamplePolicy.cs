namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>always_sample</c>.</summary>
public sealed class AlwaysSamplePolicy(string name) : SamplingPolicy(name, "always_sample")
{
    public override Verdict Evaluate(in TraceFacts trace) => Verdict.Sampled;
}
