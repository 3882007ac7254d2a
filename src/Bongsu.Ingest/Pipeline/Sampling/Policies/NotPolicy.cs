namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>not</c>: the opposite of what another says.</summary>
public sealed class NotPolicy(string name, SamplingPolicy part) : SamplingPolicy(name, "not")
{
    public SamplingPolicy Part { get; } = part;

    public override Verdict Evaluate(in TraceFacts trace) => Part.Evaluate(trace) switch
    {
        Verdict.Sampled or Verdict.InvertSampled => Verdict.NotSampled,
        Verdict.NotSampled or Verdict.InvertNotSampled => Verdict.Sampled,
        var other => other,
    };
}
