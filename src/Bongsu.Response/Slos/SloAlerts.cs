using System.Globalization;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Slos;

/// <summary>The alert of an objective: what it is called, what it says and which figure it stands on. Pure.</summary>
internal static class SloAlerts
{
    public static readonly string[] Severities = ["page", "ticket"];

    public static string SourceOf(SloSpec slo, string severity) => $"slo/{slo.Id}/{severity}";

    /// <param name="Dashboard">Where to look when the objective names no dashboard.</param>
    public static Alert Of(SloSpec slo, string severity, PairVerdict verdict, SloMeasure measure, string runbook, string dashboard)
    {
        var source = SourceOf(slo, severity);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["alertname"] = AlertName(slo, severity),
            ["service"] = slo.Service,
            ["slo"] = slo.Id,
            ["severity"] = severity,
        };
        var summary = Summary(slo, verdict);
        var annotations = new Dictionary<string, string> { ["summary"] = summary.Text, ["runbook"] = runbook, ["dashboard"] = dashboard };
        if (slo.Description.Length > 0)
            annotations["description"] = slo.Description;
        return new Alert
        {
            Id = Alert.IdOf(source, labels),
            Source = source,
            Name = labels["alertname"],
            Service = slo.Service,
            Slo = slo.Id,
            Severity = severity,
            Labels = labels,
            Annotations = annotations,
            Summary = summary,
            Runbook = runbook,
            Dashboard = dashboard,
            Query = BurnQuery(slo, measure.Source, verdict.Pair.Long),
            Value = verdict.BurnLong,
            Threshold = verdict.Pair.Factor,
            Timer = new AlertTimer(AlertState.Pending, measure.AtMs),
        };
    }

    /// <summary>PromQL of the burn rate over a window; empty when nothing is known to measure it by.</summary>
    public static string BurnQuery(SloSpec slo, SliSource? source, TimeSpan window) => source is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $"({source.Ratio((long)window.TotalMilliseconds)}) / {slo.ErrorBudget:0.##########}");

    private static string AlertName(SloSpec slo, string severity) =>
        string.Concat($"{slo.Service}-{slo.Name}-{(severity == "page" ? "fast" : "slow")}-burn".Split('-', '_', '.', ' ').Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));

    private static AlertSummary Summary(SloSpec slo, PairVerdict verdict)
    {
        var count = verdict.Long ?? default;
        var numbers = new Dictionary<string, double>
        {
            ["bad"] = Math.Round(count.Bad),
            ["total"] = Math.Round(count.Total),
            ["ratio"] = count.Ratio,
            ["burn"] = verdict.BurnLong ?? 0,
            ["burnShort"] = verdict.BurnShort ?? 0,
            ["factor"] = verdict.Pair.Factor,
            ["objective"] = slo.Objective,
        };
        var texts = new Dictionary<string, string>
        {
            ["service"] = slo.Service,
            ["slo"] = slo.Name,
            ["kind"] = slo.Kind,
            ["long"] = DurationText.Format(verdict.Pair.Long),
            ["short"] = DurationText.Format(verdict.Pair.Short),
        };
        if (slo.Sli is Sli.Latency latency)
            numbers["thresholdSeconds"] = latency.Threshold.TotalSeconds;
        var what = slo.Sli switch { Sli.Latency l => $"requests took longer than {DurationText.Format(l.Threshold)}", Sli.Availability => "requests failed", _ => "events were bad" };
        var text = verdict.Long is null ? $"{slo.Service} {slo.Name}: no telemetry"
            : string.Create(CultureInfo.InvariantCulture, $"{slo.Service}: {count.Bad:#,0} of {count.Total:#,0} {what} in {texts["long"]} ({count.Ratio * 100:0.##} %), spending the error budget {verdict.BurnLong:0.#} times too fast");
        return new AlertSummary("sloBurn", numbers, texts, text);
    }
}
