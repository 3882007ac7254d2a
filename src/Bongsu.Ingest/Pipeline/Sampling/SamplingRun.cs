using Bongsu.Ingest.Pipeline.Sampling.Policies;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>A plan made ready to run: its conditions numbered, its policies beside what they have said. Not thread-safe but for what does not change.</summary>
internal sealed class SamplingRun
{
    public const int MaxConditions = 256;

    private readonly SamplingPolicy[] _policies = [];
    private readonly short[] _tallies = [];
    private readonly bool _isFirstMatch;
    private readonly bool _isInvertedPlain;

    public SamplingRun(SamplingPlan plan, Func<string, string, short> tallyOf)
    {
        Plan = plan;
        Head = new Ratio(plan.HeadRatio);
        KeepSlowNanos = plan.KeepSlow > TimeSpan.Zero ? plan.KeepSlow.Ticks * 100 : long.MaxValue;
        if (plan.Tail is not { } tail)
            return;
        // One that drops comes before all, wherever it stands: with a first match, none would be asked behind it.
        var asked = tail.Policies.Select(p => (Policy: p, Tally: tallyOf(p.Name, p.Type))).OrderBy(p => p.Policy is DropPolicy ? 0 : 1).ToList();
        _policies = [.. asked.Select(p => p.Policy)];
        _tallies = [.. asked.Select(p => p.Tally)];
        _isInvertedPlain = !tail.InvertedDecisions;
        _isFirstMatch = tail.SampleOnFirstMatch;
        var conditions = new List<SpanCondition>();
        foreach (var policy in tail.Policies)
            CountsBytes |= Collect(policy, conditions);
        CountsBytes |= tail.MaximumTraceBytes > 0 || plan.MaxTraceBytes > 0;
        Conditions = [.. conditions];
        Words = Math.Max(1, (conditions.Count + 63) / 64);
    }

    public SamplingPlan Plan { get; }

    public Ratio Head { get; }

    /// <summary>Largest when slow spans are as any other.</summary>
    public long KeepSlowNanos { get; }

    public bool KeepsTraces => Plan.Tail is null && Head.IsAll;

    public SpanCondition[] Conditions { get; } = [];

    public int Words { get; } = 1;

    public bool CountsBytes { get; }

    public long WaitMs => (long)(Plan.Tail?.DecisionWait.TotalMilliseconds ?? 0);

    /// <summary>Zero: a root ends no wait.</summary>
    public long GraceMs => (long)(Plan.Tail?.RootGrace.TotalMilliseconds ?? 0);

    /// <summary>Asks the policies, those behind one that drops not, and weighs what they say; gives the index of the tally of who decided.</summary>
    public bool Decide(in TraceFacts trace, bool hasError, bool isSlow, bool isTooLarge, List<PolicyTally> tallies, out short decider)
    {
        short dropped = -1, inverted = -1, sampled = -1, uninverted = -1;
        var isRefused = false;
        for (var i = 0; i < _policies.Length; i++)
        {
            var verdict = _policies[i].Evaluate(trace);
            if (_isInvertedPlain)
                verdict = verdict switch { Verdict.InvertSampled => Verdict.Sampled, Verdict.InvertNotSampled => Verdict.NotSampled, _ => verdict };
            var tally = tallies[_tallies[i]];
            if (verdict is Verdict.Sampled or Verdict.InvertSampled)
                tally.Sampled++;
            else if (verdict == Verdict.Dropped)
                tally.Dropped++;
            else
                tally.NotSampled++;
            if (verdict == Verdict.Dropped && dropped < 0)
                dropped = _tallies[i];
            else if (verdict == Verdict.InvertNotSampled && inverted < 0)
                inverted = _tallies[i];
            else if (verdict == Verdict.Sampled && sampled < 0)
                sampled = _tallies[i];
            else if (verdict == Verdict.InvertSampled && uninverted < 0)
                uninverted = _tallies[i];
            isRefused |= verdict == Verdict.NotSampled;
            // A trace that is dropped takes nothing from the limits of those behind.
            if (verdict == Verdict.Dropped || (_isFirstMatch && verdict == Verdict.Sampled))
                break;
        }
        (var isKept, decider) = dropped >= 0 ? (false, dropped)
            : hasError && Plan.KeepErrors ? (true, Deciders.KeepErrors)
            : isSlow ? (true, Deciders.KeepSlow)
            : isTooLarge ? (false, Deciders.TooLarge)
            : inverted >= 0 ? (false, inverted)
            : sampled >= 0 ? (true, sampled)
            : uninverted >= 0 && !isRefused ? (true, uninverted)
            : (false, Deciders.NotSampled);
        return isKept;
    }

    // Returns whether a policy asks for bytes.
    private static bool Collect(SamplingPolicy policy, List<SpanCondition> into)
    {
        switch (policy)
        {
            case ConditionPolicy leaf:
                if (into.Count == MaxConditions)
                    throw new ArgumentException($"more than {MaxConditions} conditions on spans");
                leaf.Condition.Index = into.Count;
                into.Add(leaf.Condition);
                return false;
            case AndPolicy and:
                return All(and.Parts, into);
            case DropPolicy drop:
                return All(drop.Parts, into);
            case NotPolicy not:
                return Collect(not.Part, into);
            case CompositePolicy composite:
                return All([.. composite.Parts.Select(p => p.Policy)], into);
            default:
                return policy is BytesLimitingPolicy;
        }
    }

    private static bool All(IReadOnlyList<SamplingPolicy> parts, List<SpanCondition> into)
    {
        var countsBytes = false;
        foreach (var part in parts)
            countsBytes |= Collect(part, into);
        return countsBytes;
    }
}
