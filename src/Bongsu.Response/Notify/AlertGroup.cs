using Bongsu.Response.Alerting;

namespace Bongsu.Response.Notify;

/// <summary>Alerts that one message to one receiver speaks of. Only the notifier's loop touches it.</summary>
internal sealed class AlertGroup(string key, Route route, IReadOnlyDictionary<string, string> labels)
{
    public string Key => key;

    public Route Route => route;

    public IReadOnlyDictionary<string, string> Labels => labels;

    /// <summary>By id, as they stand now.</summary>
    public Dictionary<string, Alert> Alerts { get; } = [];

    /// <summary>When it speaks next.</summary>
    public long DueMs { get; set; }

    public static string KeyOf(Route route, IReadOnlyDictionary<string, string> labels) =>
        $"{route.Id}:{route.Receiver}:{{{string.Join(", ", labels.Select(l => $"{l.Key}=\"{l.Value}\""))}}}";
}
