namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What was decided of a trace, by which policy (index into the names of the sampler) and why then.</summary>
internal readonly record struct Decision(bool IsKept, short Policy, DecisionReason Reason);
