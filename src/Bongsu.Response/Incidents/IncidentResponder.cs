using System.Collections.Concurrent;
using System.Globalization;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;
using Bongsu.Response.Notify;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>Runs triage for an incident's first alert.</summary>
public delegate Task<TriageReport> RunTriage(TriageRequest request, CancellationToken cancellationToken);

/// <summary>How many events were bad since a time, by an objective; null when it cannot be counted.</summary>
internal delegate Task<Impact?> CountImpact(string slo, long sinceMs, long nowMs, CancellationToken cancellationToken);

/// <summary>
/// What Bongsu does about incidents by itself: opens or joins one for each page, runs triage until it answers, counts the impact, writes the timeline,
/// and closes it when its alerts have been quiet for a while. One call at a time.
/// </summary>
internal sealed class IncidentResponder(
    IncidentLog incidents, AlertLog alerts, RunTriage triage, CountImpact countImpact, TriageWindows windows, TimeSpan hold, TimeSpan interval, TimeProvider time,
    Action<ResponseLogEntry> tell)
{
    private readonly ConcurrentDictionary<string, Impact> _impacts = new();
    private readonly Dictionary<string, long> _triagedMs = [];
    private readonly Dictionary<string, long> _countedMs = [];

    /// <summary>The impact as last counted; a restart counts anew.</summary>
    public Impact? ImpactOf(IncidentState incident) => _impacts.GetValueOrDefault(incident.Id) ?? incident.Impact;

    public async Task TakeAsync(IReadOnlyList<AlertTransition> moved, CancellationToken cancellationToken)
    {
        foreach (var (alert, reason, atMs) in moved)
        {
            if (reason == AlertReason.Fired && alert.IsPage)
                await FiredAsync(alert, atMs, cancellationToken);
            else if (reason is AlertReason.Resolved or AlertReason.RuleRemoved)
                await ResolvedAsync(alert, atMs, cancellationToken);
        }
    }

    /// <summary>Catches up with pages that no incident knows of and alerts that ended unseen (a crash between the two logs), then moves every open incident on.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        foreach (var alert in alerts.Alerts.Values.Where(a => a.IsFiring && a.IsPage && !incidents.Open.Any(i => i.FiringAlerts.Contains(a.Id)) && !WasClosedByHand(a)).ToList())
            await FiredAsync(alert, alert.Timer.FiredMs ?? NowMs(), cancellationToken);
        foreach (var incident in incidents.Open.ToList())
        {
            foreach (var ended in incident.FiringAlerts.Where(id => alerts.Alerts.GetValueOrDefault(id) is not { IsFiring: true }).ToList())
                await AddAsync(incident, "alertResolved", NowMs(), "Alert resolved", cancellationToken, e => e with { Alert = ended });
            await MoveAsync(incidents.Find(incident.Id)!, cancellationToken);
        }
    }

    /// <summary>Runs triage of an incident now and records what it says.</summary>
    public async Task<IncidentState> TriageAsync(IncidentState incident, string by, CancellationToken cancellationToken)
    {
        var first = incident.Alerts.Select(id => alerts.Alerts.GetValueOrDefault(id)).FirstOrDefault(a => a?.Service is not null);
        var service = first?.Service ?? incident.Services.FirstOrDefault();
        if (service is null)
            return incident;
        var nowMs = NowMs();
        _triagedMs[incident.Id] = nowMs;
        var kind = first is null ? TriageKind.Errors : IncidentPolicy.KindOf(first);
        var report = await triage(new TriageRequest(service, kind, first?.Timer.ActiveSinceMs ?? incident.OpenedMs, nowMs, windows) { Alerted = first is not null }, cancellationToken);
        return await RecordAsync(incident, report, first, by, cancellationToken);
    }

    /// <summary>Writes an attempt to tell somebody into the incidents that it spoke of.</summary>
    public async Task DeliveredAsync(IReadOnlyList<Alert> spokenOf, DeliveryAttempt attempt, CancellationToken cancellationToken)
    {
        // Only how it ended: nine failed tries between are with the alert.
        if (attempt.Outcome == "failed" || attempt.Attempt == 0)
            return;
        foreach (var incident in spokenOf.Select(a => incidents.OfAlert(a.Id)).OfType<IncidentState>().DistinctBy(i => i.Id))
        {
            var text = attempt.Outcome == "delivered" ? $"Told {attempt.Receiver}{(attempt.Attempt > 1 ? $" at attempt {attempt.Attempt}" : "")}" : $"Could not tell {attempt.Receiver}: {attempt.Error}";
            await AddAsync(incident, "delivery", attempt.AtMs, text, cancellationToken, e => e with
            {
                Texts = new Dictionary<string, string> { ["receiver"] = attempt.Receiver, ["outcome"] = attempt.Outcome, ["target"] = attempt.Target },
                Numbers = new Dictionary<string, double> { ["attempt"] = attempt.Attempt },
            });
        }
    }

    // Somebody resolved it while the alert went on: they know. Nothing new until it fires anew.
    private bool WasClosedByHand(Alert alert) =>
        incidents.OfAlert(alert.Id) is { IsOpen: false } closed && closed.ResolvedMs >= (alert.Timer.FiredMs ?? 0);

    private async Task FiredAsync(Alert alert, long atMs, CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        TriageReport? report = null;
        var home = IncidentPolicy.Home(incidents.Open, alert, null, nowMs);
        if (home is null && alert.Service is { } service)
        {
            report = await TryTriageAsync(new TriageRequest(service, IncidentPolicy.KindOf(alert), alert.Timer.ActiveSinceMs, nowMs, windows) { Alerted = true }, cancellationToken);
            home = IncidentPolicy.Home(incidents.Open, alert, report, nowMs);
        }
        var isNew = home is null;
        home ??= await OpenAsync(alert, nowMs, cancellationToken);
        var known = home.Services.Count;
        home = await AddAsync(home, "alertFired", atMs, alert.Summary.Text, cancellationToken, e => e with
        {
            Alert = alert.Id,
            Slo = alert.Slo,
            Services = alert.Service is { } s ? [s] : [],
            Numbers = alert.Summary.Numbers,
            Texts = With(alert.Summary.Texts, "alert", alert.Name),
        }) ?? home;
        if (home.Status == IncidentStatus.Monitoring)
            home = await StatusAsync(home, IncidentStatus.Investigating, "An alert fires again", cancellationToken);
        if (!isNew && home.Services.Count > known && home.Triage?.Outcome != TriageOutcome.Hypothesis)
            _triagedMs.Remove(home.Id);
        if (isNew && report is not null)
        {
            _triagedMs[home.Id] = nowMs;
            await RecordAsync(home, report, alert, IncidentEvent.Itself, cancellationToken);
        }
    }

    private async Task<IncidentState> OpenAsync(Alert alert, long nowMs, CancellationToken cancellationToken)
    {
        var numbers = alert.Summary.Numbers;
        var severity = IncidentPolicy.SeverityOf(numbers.TryGetValue("ratio", out var ratio) ? ratio : null, numbers.TryGetValue("bad", out var bad) ? bad : null);
        return await incidents.OpenAsync(new IncidentEvent("opened", "", nowMs, IncidentEvent.Itself)
        {
            Title = IncidentPolicy.TitleOf(alert),
            Severity = severity,
            Services = alert.Service is { } service ? [service] : [],
            Slo = alert.Slo,
            Headline = IncidentPolicy.HeadlineOf(alert, null),
            Text = "Opened by an alert",
            NextUpdateMs = nowMs + (long)IncidentPolicy.NextUpdateAfter(severity).TotalMilliseconds,
        }, cancellationToken);
    }

    private async Task ResolvedAsync(Alert alert, long atMs, CancellationToken cancellationToken)
    {
        foreach (var incident in incidents.Open.Where(i => i.FiringAlerts.Contains(alert.Id)).ToList())
            await AddAsync(incident, "alertResolved", atMs, $"{alert.Name} resolved", cancellationToken, e => e with { Alert = alert.Id, Texts = new Dictionary<string, string> { ["alert"] = alert.Name } });
    }

    private async Task MoveAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        await CountAsync(incident, nowMs, cancellationToken);
        if (incident.FiringAlerts.Count > 0 && IncidentPolicy.IsTriageDue(incident, _triagedMs.TryGetValue(incident.Id, out var last) ? last : null, nowMs))
            incident = await TryTriageAsync(incident, cancellationToken);
        // What people opened, people close.
        if (incident.FiringAlerts.Count > 0 || incident.Alerts.Count == 0)
            return;
        if (incident.Status is IncidentStatus.Investigating or IncidentStatus.Identified)
            await StatusAsync(incident, IncidentStatus.Monitoring, "All its alerts have resolved", cancellationToken);
        else if (nowMs - incident.StatusMs >= hold.TotalMilliseconds)
            await CloseAsync(incident, nowMs, cancellationToken);
    }

    private async Task CloseAsync(IncidentState incident, long nowMs, CancellationToken cancellationToken)
    {
        await CountAsync(incident, nowMs, cancellationToken, now: true);
        var text = $"Quiet for {DurationText.Format(hold)}";
        var happened = new IncidentEvent("resolved", incident.Id, nowMs, IncidentEvent.Itself) { Text = text, Impact = ImpactOf(incident) };
        await incidents.AddAsync(happened, cancellationToken, i => i.Status == IncidentStatus.Monitoring && i.FiringAlerts.Count == 0);
        _impacts.TryRemove(incident.Id, out _);
        _triagedMs.Remove(incident.Id);
        _countedMs.Remove(incident.Id);
    }

    private async Task CountAsync(IncidentState incident, long nowMs, CancellationToken cancellationToken, bool now = false)
    {
        if (incident.Slo is not { } slo || (!now && _countedMs.TryGetValue(incident.Id, out var last) && nowMs - last < interval.TotalMilliseconds))
            return;
        _countedMs[incident.Id] = nowMs;
        if (await countImpact(slo, incident.StartedMs ?? incident.OpenedMs, nowMs, cancellationToken) is not { } impact)
            return;
        _impacts[incident.Id] = impact;
        var severity = IncidentPolicy.SeverityOf(impact.ErrorRatio, impact.BadEvents);
        if (incident.SeverityByHand || severity >= incident.Severity || incident.FiringAlerts.Count == 0)
            return;
        var happened = new IncidentEvent("severity", incident.Id, nowMs, IncidentEvent.Itself) { Severity = severity, Text = string.Create(CultureInfo.InvariantCulture, $"Raised SEV-{incident.Severity} to SEV-{severity}: {impact.ErrorRatio * 100:0.#} % of the requests are bad") };
        await incidents.AddAsync(happened, cancellationToken, i => !i.SeverityByHand && i.Severity > severity);
    }

    private async Task<IncidentState> RecordAsync(IncidentState incident, TriageReport report, Alert? alert, string by, CancellationToken cancellationToken)
    {
        var before = incident;
        if (by == IncidentEvent.Itself && !IncidentPolicy.IsNews(before.Triage, report))
            return incident;
        var text = report.Hypothesis?.Sentence ?? report.Reason;
        incident = await AddAsync(incident, "triage", report.AtMs, text, cancellationToken, e => e with
        {
            By = by,
            Triage = report,
            Headline = alert is null ? null : IncidentPolicy.HeadlineOf(alert, report),
            Numbers = report.Hypothesis is { } h ? new Dictionary<string, double> { ["confidence"] = h.Confidence, ["elapsedMs"] = report.ElapsedMs } : new Dictionary<string, double> { ["elapsedMs"] = report.ElapsedMs },
            Texts = report.Hypothesis is { } found ? new Dictionary<string, string> { ["service"] = found.Service, ["object"] = found.Object } : new Dictionary<string, string> { ["reason"] = report.ReasonCode },
        }) ?? incident;
        if (incident.StartedMs is null && report.OnsetMs is { } onset)
            incident = await AddAsync(incident, "impactBegan", onset, "Impact began", cancellationToken, e => e with { Texts = new Dictionary<string, string> { ["service"] = report.SliService } }) ?? incident;
        return report.Hypothesis?.Release is { } release && before.Triage?.Hypothesis?.Release?.Id != release.Id
            ? await AddAsync(incident, "release", release.AtMs, $"Release {release.Version} of {release.Service}", cancellationToken, e => e with { Texts = new Dictionary<string, string> { ["service"] = release.Service, ["version"] = release.Version, ["id"] = release.Id } }) ?? incident
            : incident;
    }

    private async Task<IncidentState> TryTriageAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        try
        {
            return await TriageAsync(incident, IncidentEvent.Itself, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // Triage that breaks must not keep an incident from closing; it runs again when it is due.
            tell(new ResponseLogEntry($"triage of {incident.Id} failed; it runs again while the incident has no cause", failure));
            return incident;
        }
    }

    private async Task<TriageReport?> TryTriageAsync(TriageRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await triage(request, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            tell(new ResponseLogEntry($"triage of {request.Service} failed; its incident opens without a cause", failure));
            return null;
        }
    }

    private async Task<IncidentState> StatusAsync(IncidentState incident, IncidentStatus status, string text, CancellationToken cancellationToken) =>
        await AddAsync(incident, "status", NowMs(), text, cancellationToken, e => e with { Status = status, Texts = new Dictionary<string, string> { ["status"] = status.ToString().ToLowerInvariant() } }) ?? incident;

    private Task<IncidentState?> AddAsync(IncidentState incident, string kind, long atMs, string text, CancellationToken cancellationToken, Func<IncidentEvent, IncidentEvent> with) =>
        incidents.AddAsync(with(new IncidentEvent(kind, incident.Id, atMs, IncidentEvent.Itself) { Text = text }), cancellationToken);

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> texts, string name, string value) => new(texts) { [name] = value };

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
