namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What one policy has said (of how many traces it wanted, did not want, or wanted dropped) and decided since the start.</summary>
public sealed record PolicyCounts(string Name, string Type, long Sampled, long NotSampled, long Dropped, long KeptTraces, long KeptSpans, long DroppedTraces, long DroppedSpans,
    long LateKeptSpans, long LateDroppedSpans)
{
    /// <summary>Whether the present configuration has it.</summary>
    public bool IsPresent { get; init; }
}
