namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What sampling does and has done, at one moment.</summary>
public sealed record SamplingReport
{
    public required SamplingPlan Plan { get; init; }
    public required IReadOnlyList<PolicyCounts> Policies { get; init; }
    public required IReadOnlyList<LogRuleCounts> Logs { get; init; }
    /// <summary>Decisions by what led to them.</summary>
    public required IReadOnlyDictionary<DecisionReason, long> Decisions { get; init; }
    public required int UndecidedTraces { get; init; }
    /// <summary>Their spans, which are stored.</summary>
    public required long UndecidedSpans { get; init; }
    /// <summary>And what these came to on their way in.</summary>
    public required long UndecidedBytes { get; init; }
    public required int UndecidedCapacity { get; init; }
    public required long OldestUndecidedMs { get; init; }
    public required int RememberedDecisions { get; init; }
    public required long MemoryBytes { get; init; }
    /// <summary>Traces that are decided and that the store has not been told of yet.</summary>
    public required int PendingDrops { get; init; }
    /// <summary>Dropped traces that stay because the store could not be told.</summary>
    public required long LostDrops { get; init; }
}
