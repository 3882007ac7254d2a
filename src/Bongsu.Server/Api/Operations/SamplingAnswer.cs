using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Api.Operations;

/// <summary>What sampling does, as the page and scripts read it.</summary>
/// <param name="Tail">Whether traces are decided by their end; false: all that the head lets in is kept.</param>
/// <param name="Decisions">Since the start, by what led to them.</param>
/// <param name="Trace">What is known of the trace that was asked for.</param>
internal sealed record SamplingAnswer(bool Tail, long DecisionWaitMs, long RootGraceMs, bool KeepErrors, long KeepSlowMs, double HeadRatio, SamplingAnswer.Memory Undecided,
    IReadOnlyDictionary<DecisionReason, long> Decisions, IReadOnlyList<PolicyCounts> Policies, IReadOnlyList<LogRuleCounts> Logs, IReadOnlyList<string> Notes, SamplingAnswer.TraceRow? Trace)
{
    /// <param name="Traces">Undecided now.</param>
    /// <param name="Spans">Of these traces, stored so far.</param>
    /// <param name="SpanBytes">What they came to on their way in.</param>
    /// <param name="Capacity">At most; beyond it the oldest is decided by what is known of it.</param>
    /// <param name="RememberedDecisions">Decided traces whose late spans are still known.</param>
    /// <param name="Bytes">Memory that both take.</param>
    /// <param name="BudgetBytes">And may take.</param>
    /// <param name="PendingDrops">Decided, and the store is told of them next.</param>
    /// <param name="LostDrops">Not kept, yet still there: the store could not be told.</param>
    internal sealed record Memory(int Traces, long Spans, long SpanBytes, int Capacity, long OldestMs, int RememberedDecisions, long Bytes, long BudgetBytes, int PendingDrops, long LostDrops);

    /// <param name="State">kept, dropped, undecided, or unknown: never seen, or forgotten.</param>
    internal sealed record TraceRow(string TraceId, string State, string? Policy, DecisionReason? Reason, int? Spans, long? DecidedInMs)
    {
        public static TraceRow Of(TraceId trace, TraceSampling? found) =>
            found is null ? new TraceRow(trace.ToString(), "unknown", null, null, null, null) : new TraceRow(trace.ToString(), found.State, found.Policy, found.Reason, found.Spans, found.DecidedInMs);
    }

    public static SamplingAnswer Of(SamplingReport report, TraceRow? trace)
    {
        var plan = report.Plan;
        var memory = new Memory(report.UndecidedTraces, report.UndecidedSpans, report.UndecidedBytes, report.UndecidedCapacity, report.OldestUndecidedMs, report.RememberedDecisions, report.MemoryBytes, plan.MemoryBytes, report.PendingDrops, report.LostDrops);
        return new SamplingAnswer(plan.Tail is not null, (long)(plan.Tail?.DecisionWait.TotalMilliseconds ?? 0), (long)(plan.Tail?.RootGrace.TotalMilliseconds ?? 0), plan.KeepErrors,
            (long)plan.KeepSlow.TotalMilliseconds, plan.HeadRatio, memory, report.Decisions, report.Policies, report.Logs, plan.Notes, trace);
    }
}
