using System.Globalization;
using System.Text;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Query;
using Bongsu.Telemetry;

namespace Bongsu.Server.Hosting;

/// <summary>Bongsu's own figures at <c>/metrics</c>, in the Prometheus text format. They are not fed back into its own ingest.</summary>
internal static class SelfMetrics
{
    public static void Map(IEndpointRouteBuilder routes, IngestService ingest, ITelemetryStore store, QueryGate gate) => routes.MapGet("/metrics", () =>
        Results.Text(Write(ingest.Counters.Snapshot(), ingest.DailyUse(), store.Status, gate.Counters, ingest.Sampler.Report()), "text/plain; version=0.0.4; charset=utf-8"));

    public static string Write(IngestSnapshot ingest, IReadOnlyList<DailyUse> daily, StoreStatus store, Func<QueryPriority, QueryGateCounters> gate, SamplingReport sampling)
    {
        var text = new StringBuilder();
        Family(text, "bongsu_build_info", "gauge", "The version of this build.", [($"version=\"{Escape(BongsuVersion.Text)}\"", 1)]);
        Family(text, "bongsu_ingest_requests_total", "counter", "Requests that brought telemetry.", BySignal(ingest.Requests));
        Family(text, "bongsu_ingest_body_bytes_total", "counter", "Their bodies, as sent.", BySignal(ingest.BodyBytes));
        Family(text, "bongsu_ingest_accepted_total", "counter", "Samples, log records and spans that are durable.", BySignal(ingest.Accepted));
        Family(text, "bongsu_ingest_rejected_total", "counter", "Samples, log records and spans that were refused.",
            ingest.Rejected.Select(r => ($"signal=\"{Name(r.Signal)}\",reason=\"{r.Reason}\"", (double)r.Count)));
        Family(text, "bongsu_ingest_malformed_requests_total", "counter", "Requests that could not be read.", [("", ingest.MalformedRequests)]);
        Family(text, "bongsu_ingest_refused_requests_total", "counter", "Requests sent away unread: too large, too many, a wrong type.", [("", ingest.RefusedRequests)]);
        Family(text, "bongsu_ingest_redacted_total", "counter", "Secrets and personal data removed.", ingest.RedactedByRule.Select(r => ($"rule=\"{Escape(r.Key)}\"", (double)r.Value)));
        Family(text, "bongsu_ingest_inflight_bytes", "gauge", "Request bodies being worked on.", [("", ingest.InflightBytes)]);
        Family(text, "bongsu_log_patterns", "gauge", "Log patterns in memory.", [("", ingest.Patterns)]);
        Family(text, "bongsu_log_patterns_evicted_total", "counter", "Log patterns that gave way to others.", [("", ingest.PatternsEvicted)]);
        Family(text, "bongsu_log_lines_without_pattern_total", "counter", "Log lines counted under no pattern.", [("", ingest.LinesWithoutPattern)]);
        Family(text, "bongsu_store_series", "gauge", "Active series.", [("", store.SeriesActive)]);
        Family(text, "bongsu_store_streams", "gauge", "Active log streams.", [("", store.StreamsActive)]);
        Family(text, "bongsu_store_appended_total", "counter", "Records appended since start.",
            [("signal=\"metrics\"", store.SamplesAppended), ("signal=\"logs\"", store.LogRecordsAppended), ("signal=\"traces\"", store.SpansAppended)]);
        Family(text, "bongsu_store_disk_bytes", "gauge", "Size of the data directory.", [("", store.DiskBytes)]);
        Family(text, "bongsu_store_disk_free_bytes", "gauge", "Free space beside it.", [("", store.DiskFreeBytes)]);
        Family(text, "bongsu_store_problems", "gauge", "Damage found and disk errors now known; the log has the sentences.", [("", store.Problems.Count)]);
        WriteBudgets(text, daily);
        SamplingMetrics.Write(sampling, (name, type, help, samples) => Family(text, name, type, help, samples), Escape);
        WriteQueries(text, [.. Enum.GetValues<QueryPriority>().Select(p => ($"priority=\"{p.ToString().ToLowerInvariant()}\"", gate(p)))]);
        return text.ToString();
    }

    private static void WriteBudgets(StringBuilder text, IReadOnlyList<DailyUse> daily)
    {
        var limited = daily.Where(use => use.Budget.HasLimit).ToList();
        Family(text, "bongsu_budget_used_ratio", "gauge", "Share of the daily budget that is used; over 1 when it is exceeded.", limited.Select(use => (Labels(use), use.Used)));
        Family(text, "bongsu_budget_bytes", "gauge", "Bytes let through on this UTC day, of services with a budget.", limited.Select(use => (Labels(use), (double)use.Bytes)));
        Family(text, "bongsu_budget_records", "gauge", "Log records and spans let through on this UTC day, of services with a budget.", limited.Select(use => (Labels(use), (double)use.Records)));
        Family(text, "bongsu_budget_sampled_out_records", "gauge", "Left out on this UTC day because a budget samples.", limited.Select(use => (Labels(use), (double)use.SampledOut)));
        Family(text, "bongsu_budget_refused_records", "gauge", "Refused on this UTC day because a budget is used up.", limited.Select(use => (Labels(use), (double)use.Refused)));

        static string Labels(DailyUse use) => $"service_name=\"{Escape(use.Service)}\",signal=\"{Name(use.Signal)}\"";
    }

    private static void WriteQueries(StringBuilder text, IReadOnlyList<(string Labels, QueryGateCounters Counters)> gate)
    {
        Family(text, "bongsu_queries_running", "gauge", "Queries that run now.", gate.Select(g => (g.Labels, (double)g.Counters.Running)));
        Family(text, "bongsu_queries_waiting", "gauge", "Queries that wait for a slot.", gate.Select(g => (g.Labels, (double)g.Counters.Waiting)));
        Family(text, "bongsu_queries_total", "counter", "Queries that were let in.", gate.Select(g => (g.Labels, (double)g.Counters.Entered)));
        Family(text, "bongsu_queries_refused_total", "counter", "PromQL queries refused because too many waited, or waited too long.",
            gate.Select(g => (g.Labels, (double)(g.Counters.RefusedFull + g.Counters.RefusedLate))));
        Family(text, "bongsu_queries_waited_seconds_total", "counter", "Time that queries waited for a slot.", gate.Select(g => (g.Labels, g.Counters.Waited.TotalSeconds)));
    }

    private static IEnumerable<(string, double)> BySignal(IReadOnlyDictionary<Signal, long> counts) =>
        counts.Select(c => ($"signal=\"{Name(c.Key)}\"", (double)c.Value));

    private static string Name(Signal signal) => signal.ToString().ToLowerInvariant();

    private static void Family(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, value) in samples)
        {
            text.Append(name);
            if (labels.Length > 0)
                text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
