using Bongsu.Ingest.Pipeline.Sampling;

namespace Bongsu.Server.Hosting;

/// <summary>What sampling says of itself at <c>/metrics</c>.</summary>
internal static class SamplingMetrics
{
    /// <summary>Writes one family: name, type, help, samples by labels.</summary>
    public delegate void WriteFamily(string name, string type, string help, IEnumerable<(string Labels, double Value)> samples);

    public static void Write(SamplingReport report, WriteFamily family, Func<string, string> escape)
    {
        IEnumerable<(string, double)> ByPolicy(Func<PolicyCounts, long> first, string firstDecision, Func<PolicyCounts, long> second, string secondDecision) =>
            report.Policies.SelectMany(p => ((string, double)[])
            [
                ($"policy=\"{escape(p.Name)}\",decision=\"{firstDecision}\"", first(p)), ($"policy=\"{escape(p.Name)}\",decision=\"{secondDecision}\"", second(p)),
            ]);
        family("bongsu_sampling_traces_total", "counter", "Traces decided, by the policy that decided.", ByPolicy(p => p.KeptTraces, "kept", p => p.DroppedTraces, "dropped"));
        family("bongsu_sampling_spans_total", "counter", "Their spans when they were decided; of the head, spans that it did not let in.", ByPolicy(p => p.KeptSpans, "kept", p => p.DroppedSpans, "dropped"));
        family("bongsu_sampling_late_spans_total", "counter", "Spans that came after the decision and followed it.", ByPolicy(p => p.LateKeptSpans, "kept", p => p.LateDroppedSpans, "dropped"));
        family("bongsu_sampling_policy_verdicts_total", "counter", "What each policy said of traces, whoever decided.", report.Policies.Where(p => p.Type.Length > 0).SelectMany(p => ((string, double)[])
        [
            ($"policy=\"{escape(p.Name)}\",verdict=\"sampled\"", p.Sampled), ($"policy=\"{escape(p.Name)}\",verdict=\"not_sampled\"", p.NotSampled), ($"policy=\"{escape(p.Name)}\",verdict=\"dropped\"", p.Dropped),
        ]));
        family("bongsu_sampling_decisions_total", "counter", "Traces decided, by what led to it.", report.Decisions.Select(d => ($"reason=\"{d.Key}\"", (double)d.Value)));
        family("bongsu_sampling_undecided_traces", "gauge", "Traces that are not decided yet.", [("", report.UndecidedTraces)]);
        family("bongsu_sampling_memory_bytes", "gauge", "Memory of undecided traces and remembered decisions.", [("", report.MemoryBytes)]);
        family("bongsu_sampling_memory_budget_bytes", "gauge", "The most it may be.", [("", report.Plan.MemoryBytes)]);
        family("bongsu_sampling_pending_drops", "gauge", "Traces not kept that the store is told of next.", [("", report.PendingDrops)]);
        family("bongsu_sampling_lost_drops_total", "counter", "Traces not kept that stay because the store could not be told.", [("", report.LostDrops)]);
        family("bongsu_sampling_log_records_total", "counter", "Log records that a rule looked at; spared ones are errors or slow.", report.Logs.SelectMany(l => ((string, double)[])
        [
            ($"rule=\"{escape(l.Name)}\",decision=\"kept\"", l.Kept), ($"rule=\"{escape(l.Name)}\",decision=\"spared\"", l.Spared), ($"rule=\"{escape(l.Name)}\",decision=\"dropped\"", l.Dropped),
        ]));
    }
}
