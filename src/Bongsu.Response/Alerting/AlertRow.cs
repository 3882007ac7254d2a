namespace Bongsu.Response.Alerting;

/// <summary>An alert as the HTTP API shows it.</summary>
public sealed record AlertRow(
    string Id, string Name, string? Service, string? Slo, string Severity, AlertState State, long ActiveSinceMs, long? FiredMs, long? ResolvedMs,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, AlertSummary Summary, string? Runbook, string? Dashboard,
    string Query, string? Incident)
{
    public static AlertRow Of(Alert alert, string? incident) => new(
        alert.Id, alert.Name, alert.Service, alert.Slo, alert.Severity, alert.Timer.State, alert.Timer.ActiveSinceMs, alert.Timer.FiredMs,
        alert.Timer.ResolvedMs, alert.Labels, alert.Annotations, alert.Summary, alert.Runbook, alert.Dashboard, alert.Query, incident);
}
