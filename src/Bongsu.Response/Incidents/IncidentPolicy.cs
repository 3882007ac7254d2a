using System.Globalization;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>What Bongsu decides about incidents by itself. Pure.</summary>
internal static class IncidentPolicy
{
    /// <summary>How long after an incident opened another service's alert with the same cause still belongs to it.</summary>
    public static readonly TimeSpan JoinWithin = TimeSpan.FromMinutes(30);

    /// <summary>The open incident that an alert belongs to: of its own service, or of the same cause.</summary>
    /// <param name="report">What triage says about the alert's service; null when it did not run.</param>
    public static IncidentState? Home(IEnumerable<IncidentState> open, Alert alert, TriageReport? report, long nowMs)
    {
        var newestFirst = open.OrderByDescending(i => i.Number).ToList();
        return newestFirst.Find(i => i.Alerts.Contains(alert.Id) || (alert.Service is { } service && i.Services.Contains(service)))
            ?? newestFirst.Find(i => nowMs - i.OpenedMs <= JoinWithin.TotalMilliseconds && SharesCause(i, alert, report));
    }

    /// <summary>1 when half of the requests fail, 2 when one in twenty does, else 3.</summary>
    public static int SeverityOf(double? errorRatio, double? badEvents) => (errorRatio, badEvents) switch
    {
        ( >= 0.5, >= 100) => 1,
        ( >= 0.05, _) => 2,
        _ => 3,
    };

    /// <summary>How soon people are promised to hear more, if nobody promises otherwise.</summary>
    public static TimeSpan NextUpdateAfter(int severity) => TimeSpan.FromMinutes(severity switch { 1 => 15, 2 => 30, 3 => 60, _ => 240 });

    /// <summary>Every 10 s until a cause is named (30 s after a minute, 60 s after five minutes, five minutes after half an hour). A named service is looked at
    /// again every 30 s of the first five minutes, because more requests may show that it is a release of it; then no more.</summary>
    public static bool IsTriageDue(IncidentState incident, long? lastRunMs, long nowMs)
    {
        if (lastRunMs is not { } last)
            return true;
        if (incident.Status is IncidentStatus.Monitoring)
            return false;
        var age = TimeSpan.FromMilliseconds(nowMs - incident.OpenedMs);
        if (incident.Triage?.Hypothesis is { } named)
            return named.Kind != SuspectKind.Release && age < TimeSpan.FromMinutes(5) && nowMs - last >= 30_000;
        var wait = age.TotalMinutes switch
        {
            < 1 => TimeSpan.FromSeconds(10),
            < 5 => TimeSpan.FromSeconds(30),
            < 30 => TimeSpan.FromMinutes(1),
            _ => TimeSpan.FromMinutes(5),
        };
        return nowMs - last >= wait.TotalMilliseconds;
    }

    /// <summary>
    /// Whether what a triage run by itself says is news: the first cause, another reason for none, or that a service named before is bad because of
    /// its release. A cause is never taken back or swapped for another service's: people act on it.
    /// </summary>
    public static bool IsNews(TriageReport? known, TriageReport report) => known switch
    {
        null => true,
        { Hypothesis: { } named } => named.Kind != SuspectKind.Release && report.Hypothesis is { Kind: SuspectKind.Release } found && found.Service == named.Service,
        _ => report.Outcome != known.Outcome || report.Outcome == TriageOutcome.Hypothesis,
    };

    public static TriageKind KindOf(Alert alert) => alert.Summary.Texts.GetValueOrDefault("kind") == "latency" ? TriageKind.Latency : TriageKind.Errors;

    public static IncidentHeadline HeadlineOf(Alert alert, TriageReport? report)
    {
        var texts = new Dictionary<string, string>(alert.Summary.Texts) { ["service"] = alert.Service ?? alert.Name, ["alert"] = alert.Name };
        var numbers = new Dictionary<string, double>(alert.Summary.Numbers);
        if (report?.OnsetMs is { } onset)
            numbers["sinceMs"] = onset;
        if (report?.Hypothesis is { } found)
        {
            texts["cause"] = found.Service;
            if (found.Release is { } release)
                (texts["release"], numbers["releaseMs"]) = (release.Version, release.AtMs);
        }
        return new IncidentHeadline(alert.Summary.Code == "sloBurn" ? (KindOf(alert) == TriageKind.Latency ? "latency" : "errors") : "manual", numbers, texts);
    }

    /// <summary>"payments: 12 % of the requests failing", for lists, logs and messages.</summary>
    public static string TitleOf(Alert alert)
    {
        if (alert.Summary.Code != "sloBurn")
            return alert.Summary.Text.Length <= 200 ? alert.Summary.Text : alert.Summary.Text[..199] + "…";
        var numbers = alert.Summary.Numbers;
        var ratio = numbers.GetValueOrDefault("ratio");
        var share = ratio >= 0.995 ? "all requests" : string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0.#} % of the requests");
        var what = numbers.TryGetValue("thresholdSeconds", out var threshold) ? $"slower than {DurationText.Format(TimeSpan.FromSeconds(threshold))}" : "failing";
        return $"{alert.Service}: {share} {what}";
    }

    private static bool SharesCause(IncidentState incident, Alert alert, TriageReport? report)
    {
        if (report?.Hypothesis is { } found && (found.Service == incident.Culprit || incident.Services.Contains(found.Service)))
            return true;
        return alert.Service is { } service && incident.Triage is { Outcome: TriageOutcome.Hypothesis } known
            && (known.Hypothesis!.Service == service || known.Impact.Any(i => i.Service == service) || known.Path.Any(p => p.From == service || p.To == service));
    }
}
