namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>What one policy says of a trace. All verdicts on a trace are weighed in the order of <see cref="TailPlan"/>.</summary>
public enum Verdict : byte
{
    NotSampled,
    Sampled,
    /// <summary>Not to be kept whatever others say.</summary>
    Dropped,
    /// <summary>Of a policy with <c>invert_match</c>: nothing matched.</summary>
    InvertSampled,
    /// <summary>Of a policy with <c>invert_match</c>: something matched.</summary>
    InvertNotSampled,
}
