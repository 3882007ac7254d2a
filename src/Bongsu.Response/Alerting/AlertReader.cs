using Bongsu.Query.PromQL;
using Bongsu.Response.Incidents;
using Bongsu.Response.Notify;
using Bongsu.Response.Services;

namespace Bongsu.Response.Alerting;

/// <summary>An alert with why it paged or did not, whom it reached, and the figure that it stands on.</summary>
public sealed record AlertDetail(AlertRow Row, IReadOnlyList<DecisionStep> Decisions, IReadOnlyList<DeliveryAttempt> Deliveries, TimeSeries Value, double? Threshold);

/// <summary>Answers questions about alerts. Thread-safe.</summary>
public sealed class AlertReader
{
    private const int Steps = 240;

    private readonly AlertLog _alerts;
    private readonly NotificationLog _notifications;
    private readonly IncidentLog _incidents;
    private readonly PromQlEngine _engine;
    private readonly TimeProvider _time;

    internal AlertReader(AlertLog alerts, NotificationLog notifications, IncidentLog incidents, PromQlEngine engine, TimeProvider time)
    {
        (_alerts, _notifications, _incidents, _engine, _time) = (alerts, notifications, incidents, engine, time);
    }

    /// <summary>Firing first, then pending, then resolved; pages before tickets; newest first.</summary>
    public IReadOnlyList<AlertRow> All(AlertState? state = null) =>
        [.. _alerts.Alerts.Values.Where(a => state is null || a.Timer.State == state)
            .OrderBy(a => a.Timer.State switch { AlertState.Firing => 0, AlertState.Pending => 1, _ => 2 }).ThenBy(a => a.Severity, StringComparer.Ordinal)
            .ThenByDescending(a => a.Timer.ResolvedMs ?? a.Timer.ActiveSinceMs).ThenBy(a => a.Id, StringComparer.Ordinal).Select(Row)];

    public IReadOnlyList<AlertRow> Firing => All(AlertState.Firing);

    public AlertRow? Find(string id) => _alerts.Alerts.GetValueOrDefault(id) is { } alert ? Row(alert) : null;

    /// <summary>Null when there is no such alert.</summary>
    public async Task<AlertDetail?> DetailAsync(string id, CancellationToken cancellationToken)
    {
        if (_alerts.Alerts.GetValueOrDefault(id) is not { } alert)
            return null;
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var toMs = Math.Min(nowMs, (alert.Timer.ResolvedMs ?? nowMs) + (long)TimeSpan.FromMinutes(15).TotalMilliseconds);
        var fromMs = Math.Min(alert.Timer.ActiveSinceMs, toMs) - (long)TimeSpan.FromHours(1).TotalMilliseconds;
        var value = await SeriesReader.OneAsync(_engine, alert.Name, alert.Query, fromMs, toMs, Steps, cancellationToken);
        return new AlertDetail(Row(alert), _alerts.DecisionsOf(id), _notifications.AttemptsOf(id), value, alert.Threshold);
    }

    private AlertRow Row(Alert alert) => AlertRow.Of(alert, _incidents.OfAlert(alert.Id)?.Id);
}
