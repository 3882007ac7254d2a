using Bongsu.Ingest.Pipeline.Sampling.Policies;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// How whole traces are decided. What the policies say is weighed in this order: one that drops; then errors and slow spans, where they are kept; one with
/// <c>invert_match</c> that matched; one that samples; one with <c>invert_match</c> where nothing matched, unless another did not sample; else the trace is not kept.
/// </summary>
public sealed record TailPlan
{
    /// <summary>From the first span to the decision when no root comes.</summary>
    public TimeSpan DecisionWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the root to the decision; zero: a root ends no wait.</summary>
    public TimeSpan RootGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No policy is asked behind one that samples.</summary>
    public bool SampleOnFirstMatch { get; init; }

    /// <summary>False: what a policy with <c>invert_match</c> says counts as what any other says.</summary>
    public bool InvertedDecisions { get; init; } = true;

    /// <summary>A larger trace is dropped as soon as it is; zero: none is too large.</summary>
    public long MaximumTraceBytes { get; init; }

    public required IReadOnlyList<SamplingPolicy> Policies { get; init; }
}
