using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bongsu.Response.Alerting;

namespace Bongsu.Response.Notify.Delivery.Webhook;

/// <summary>What Bongsu adds to Alertmanager's message: the incident, what it costs and why it probably happens.</summary>
public sealed record MessageExtras(
    [property: JsonPropertyName("incident")] string? Incident, [property: JsonPropertyName("incidentUrl")] string? IncidentUrl,
    [property: JsonPropertyName("title")] string? Title, [property: JsonPropertyName("severity")] int? Severity,
    [property: JsonPropertyName("triage")] string? Triage, [property: JsonPropertyName("impact")] string? Impact,
    [property: JsonPropertyName("badEvents")] double? BadEvents, [property: JsonPropertyName("totalEvents")] double? TotalEvents)
{
    public static readonly MessageExtras None = new(null, null, null, null, null, null, null, null);
}

/// <summary>Writes Alertmanager's webhook message, version 4, with a <c>bongsu</c> object beside it. Pure.</summary>
internal static class WebhookMessage
{
    // Alertmanager's zero time for an alert that has not ended.
    private const string NotEnded = "0001-01-01T00:00:00Z";

    public static byte[] Write(Notification notification, string publicUrl, MessageExtras extras)
    {
        var limit = notification.Target.MaxAlerts;
        var alerts = notification.Target.SendResolved ? notification.Alerts : [.. notification.Firing];
        var sent = limit > 0 ? alerts.Take(limit).ToList() : alerts;
        var message = new Dictionary<string, object?>
        {
            ["version"] = "4",
            ["groupKey"] = notification.Group.Key,
            ["truncatedAlerts"] = alerts.Count - sent.Count,
            ["status"] = notification.Firing.Any() ? "firing" : "resolved",
            ["receiver"] = notification.Receiver.Name,
            ["groupLabels"] = notification.Group.Labels,
            ["commonLabels"] = Common([.. alerts.Select(a => a.Labels)]),
            ["commonAnnotations"] = Common([.. alerts.Select(a => a.Annotations)]),
            ["externalURL"] = publicUrl,
            ["alerts"] = sent.Select(a => AlertOf(a, publicUrl)).ToList(),
            ["bongsu"] = extras,
        };
        return JsonSerializer.SerializeToUtf8Bytes(message, Configuration.ResponseJson.Options);
    }

    private static Dictionary<string, object> AlertOf(Alert alert, string publicUrl) => new()
    {
        ["status"] = alert.IsFiring ? "firing" : "resolved",
        ["labels"] = alert.Labels,
        ["annotations"] = alert.Annotations,
        ["startsAt"] = Text(alert.Timer.FiredMs ?? alert.Timer.ActiveSinceMs),
        ["endsAt"] = alert.Timer.ResolvedMs is { } ended ? Text(ended) : NotEnded,
        ["generatorURL"] = $"{publicUrl}/alerts/{alert.Id}",
        ["fingerprint"] = alert.Id,
    };

    private static Dictionary<string, string> Common(List<IReadOnlyDictionary<string, string>> sets) =>
        sets.Count == 0 ? [] : sets[0].Where(l => sets.All(s => s.TryGetValue(l.Key, out var value) && value == l.Value)).ToDictionary(l => l.Key, l => l.Value);

    private static string Text(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
