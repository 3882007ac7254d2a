namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What is known of one trace: decided, by which policy and why then; or undecided, since when and until when.</summary>
/// <param name="State">kept, dropped or undecided.</param>
/// <param name="Policy">Null while it is undecided.</param>
/// <param name="Reason">Null while it is undecided.</param>
/// <param name="Spans">So far; null once it is decided.</param>
/// <param name="DecidedInMs">Time to its decision; null once it is decided.</param>
public sealed record TraceSampling(string State, string? Policy, DecisionReason? Reason, int? Spans, long? DecidedInMs);
