namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>
/// <c>composite</c>: the first of some policies that wants the trace takes it, as long as its share of the spans of this second lasts; if that is used up,
/// none behind it is asked.
/// </summary>
public sealed class CompositePolicy(string name, long maxSpansPerSecond, IReadOnlyList<CompositePolicy.Part> parts) : SamplingPolicy(name, "composite")
{
    private readonly long[] _taken = new long[parts.Count];
    private long _second = long.MinValue;

    public IReadOnlyList<Part> Parts { get; } = parts;

    public override Verdict Evaluate(in TraceFacts trace)
    {
        if (_second != trace.NowMs / 1000)
        {
            _second = trace.NowMs / 1000;
            Array.Clear(_taken);
        }
        for (var i = 0; i < Parts.Count; i++)
        {
            if (Parts[i].Policy.Evaluate(trace) is not (Verdict.Sampled or Verdict.InvertSampled))
                continue;
            var taken = _taken[i] + trace.Spans;
            if (taken > Parts[i].SpansPerSecond || taken > maxSpansPerSecond)
                return Verdict.NotSampled;
            _taken[i] = taken;
            return Verdict.Sampled;
        }
        return Verdict.NotSampled;
    }

    /// <summary>One of the policies, in the order they are asked.</summary>
    /// <param name="Policy">The policy.</param>
    /// <param name="SpansPerSecond">Its share.</param>
    public sealed record Part(SamplingPolicy Policy, long SpansPerSecond);
}
