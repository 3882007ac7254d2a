using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Notify;

/// <summary>One node of the route tree, with what it inherits filled in.</summary>
/// <param name="Id">Path from the root, such as <c>0/2</c>; part of a group's identity.</param>
/// <param name="GroupBy">Labels that make a group; null groups by all labels.</param>
public sealed record Route(
    string Id, string Receiver, IReadOnlyList<string>? GroupBy, IReadOnlyList<LabelMatcher> Matchers, bool Continue,
    TimeSpan GroupWait, TimeSpan GroupInterval, TimeSpan RepeatInterval, IReadOnlyList<Route> Routes, int Line);

/// <param name="MaxAlerts">Most alerts in one message; 0 for no limit.</param>
public sealed record WebhookConfig(string Url, bool SendResolved, int MaxAlerts);

public sealed record Receiver(string Name, IReadOnlyList<WebhookConfig> Webhooks);

/// <summary>Firing alerts that match <paramref name="Source"/> mute those that match <paramref name="Target"/> and share the labels in <paramref name="Equal"/>.</summary>
public sealed record InhibitRule(string Name, IReadOnlyList<LabelMatcher> Source, IReadOnlyList<LabelMatcher> Target, IReadOnlyList<string> Equal, int Line);

/// <summary>Who hears of what: the part of Alertmanager's configuration that Bongsu follows.</summary>
/// <param name="File">Where it stands.</param>
public sealed record NotifyConfig(string File, Route? Root, IReadOnlyList<Receiver> Receivers, IReadOnlyList<InhibitRule> InhibitRules)
{
    public const string FileName = "alertmanager.yaml";

    /// <summary>Nobody hears of anything.</summary>
    public static readonly NotifyConfig None = new(FileName, null, [], []);

    public Receiver? Find(string name) => Receivers.FirstOrDefault(r => r.Name == name);
}
