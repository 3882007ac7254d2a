namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>and</c>: all of some policies want the trace. Those behind one that does not are not asked.</summary>
public sealed class AndPolicy(string name, IReadOnlyList<SamplingPolicy> parts) : SamplingPolicy(name, "and")
{
    public IReadOnlyList<SamplingPolicy> Parts { get; } = parts;

    public override Verdict Evaluate(in TraceFacts trace) => AllWant(Parts, trace) ? Verdict.Sampled : Verdict.NotSampled;

    internal static bool AllWant(IReadOnlyList<SamplingPolicy> parts, in TraceFacts trace)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Evaluate(trace) is not (Verdict.Sampled or Verdict.InvertSampled))
                return false;
        }
        return true;
    }
}
