using Bongsu.Response.Alerting;
using Bongsu.Response.Notify;
using Bongsu.Response.Releases;
using Bongsu.Response.Services;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Incidents;

/// <summary>Answers questions about incidents. Thread-safe.</summary>
public sealed class IncidentReader
{
    // Releases this long before an incident may have to do with it.
    private static readonly TimeSpan ReleasesBefore = TimeSpan.FromHours(2);

    private readonly IncidentLog _log;
    private readonly IncidentResponder _responder;
    private readonly AlertReader _alerts;
    private readonly NotificationLog _notifications;
    private readonly SloReader _slos;
    private readonly ReleaseLog _releases;
    private readonly TimeProvider _time;

    internal IncidentReader(IncidentLog log, IncidentResponder responder, AlertReader alerts, NotificationLog notifications, SloReader slos, ReleaseLog releases, TimeProvider time)
    {
        (_log, _responder, _alerts, _notifications, _slos, _releases, _time) = (log, responder, alerts, notifications, slos, releases, time);
    }

    /// <summary>Open ones first, the worst at the top; then closed ones, newest first.</summary>
    public IReadOnlyList<IncidentRow> All(bool openOnly) =>
        [.. _log.All.Values.Where(i => i.IsOpen || !openOnly).OrderByDescending(i => i.IsOpen).ThenBy(i => i.IsOpen ? i.Severity : 0).ThenByDescending(i => i.Number).Select(Row)];

    public IReadOnlyList<IncidentRow> OfService(string service, long fromMs, long toMs) =>
        [.. _log.All.Values.Where(i => i.Services.Contains(service) && (i.StartedMs ?? i.OpenedMs) <= toMs && (i.ResolvedMs ?? long.MaxValue) >= fromMs).OrderByDescending(i => i.Number).Select(Row)];

    /// <summary>Null when there is no such incident.</summary>
    public async Task<IncidentDetail?> DetailAsync(string id, CancellationToken cancellationToken) =>
        _log.Find(id) is { } incident ? await DetailAsync(incident, cancellationToken) : null;

    public async Task<IncidentDetail> DetailAsync(IncidentState incident, CancellationToken cancellationToken)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var startMs = incident.StartedMs ?? incident.OpenedMs;
        var endMs = incident.ResolvedMs ?? nowMs;
        var marginMs = Math.Max((long)TimeSpan.FromMinutes(10).TotalMilliseconds, (endMs - startMs) / 4);
        var impact = incident.Slo is { } slo ? await _slos.RatioAsync(slo, startMs - marginMs, Math.Min(nowMs, endMs + marginMs), cancellationToken) : null;
        var culprit = incident.Culprit;
        return new IncidentDetail
        {
            Id = incident.Id,
            Number = incident.Number,
            Title = incident.Title,
            Severity = incident.Severity,
            Status = incident.Status,
            Services = incident.Services,
            OpenedMs = incident.OpenedMs,
            StartedMs = incident.StartedMs,
            ResolvedMs = incident.ResolvedMs,
            AcknowledgedMs = incident.AcknowledgedMs,
            NextUpdateMs = incident.NextUpdateMs,
            OpenedBy = incident.OpenedBy,
            Roles = incident.Roles,
            Headline = incident.Headline,
            Impact = _responder.ImpactOf(incident),
            Cause = CauseOf(incident),
            Alerts = incident.Alerts,
            Timeline = [.. incident.Timeline.OrderBy(t => t.AtMs).ThenBy(t => t.Seq)],
            Triage = incident.Triage,
            ImpactSeries = impact is null ? [] : [impact],
            Firing = [.. incident.FiringAlerts.Select(_alerts.Find).OfType<AlertRow>().OrderBy(a => a.FiredMs)],
            Releases = [.. _releases.Between(startMs - (long)ReleasesBefore.TotalMilliseconds, endMs).Where(r => r.Service == culprit || incident.Services.Contains(r.Service))],
            Slos = [.. incident.Services.SelectMany(_slos.OfService)],
            Deliveries = [.. incident.Alerts.SelectMany(_notifications.AttemptsOf).Where(d => d.AtMs >= incident.OpenedMs - 60_000).Distinct().OrderBy(d => d.AtMs)],
        };
    }

    private IncidentRow Row(IncidentState incident) => new()
    {
        Id = incident.Id,
        Number = incident.Number,
        Title = incident.Title,
        Severity = incident.Severity,
        Status = incident.Status,
        Services = incident.Services,
        OpenedMs = incident.OpenedMs,
        StartedMs = incident.StartedMs,
        ResolvedMs = incident.ResolvedMs,
        AcknowledgedMs = incident.AcknowledgedMs,
        NextUpdateMs = incident.NextUpdateMs,
        OpenedBy = incident.OpenedBy,
        Roles = incident.Roles,
        Headline = incident.Headline,
        Impact = _responder.ImpactOf(incident),
        Cause = CauseOf(incident),
        Alerts = incident.Alerts,
    };

    private static IncidentCause? CauseOf(IncidentState incident) => incident.Triage?.Hypothesis is { } found
        ? new IncidentCause(found.Service, found.Sentence, found.Confidence, found.Release?.Version) : null;
}
