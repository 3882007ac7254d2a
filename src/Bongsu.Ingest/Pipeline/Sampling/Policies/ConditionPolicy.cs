namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>A policy that asks whether some span of the trace meets a condition; inverted, whether none does.</summary>
public sealed class ConditionPolicy(string name, string type, SpanCondition condition, bool isInverted = false) : SamplingPolicy(name, type)
{
    public SpanCondition Condition { get; } = condition;

    public bool IsInverted { get; } = isInverted;

    public override Verdict Evaluate(in TraceFacts trace)
    {
        var isMet = trace.Has(Condition.Index);
        if (IsInverted)
            return isMet ? Verdict.InvertNotSampled : Verdict.InvertSampled;
        return isMet ? Verdict.Sampled : Verdict.NotSampled;
    }
}
