using System.Collections.Immutable;
using System.Globalization;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>Applies one event to the incidents. Pure; what it does not understand changes nothing.</summary>
internal static class IncidentFold
{
    public const int MaxTimeline = 2000;

    private static readonly IReadOnlyDictionary<string, double> NoNumbers = new Dictionary<string, double>();
    private static readonly IReadOnlyDictionary<string, string> NoTexts = new Dictionary<string, string>();

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"INC-{number}");

    public static ImmutableSortedDictionary<int, IncidentState> Apply(ImmutableSortedDictionary<int, IncidentState> incidents, long sequence, IncidentEvent happened)
    {
        if (!TryNumber(happened.Incident, out var number))
            return incidents;
        if (happened.Kind == "opened")
            return incidents.ContainsKey(number) ? incidents : incidents.Add(number, WithEntry(Opened(number, happened), sequence, happened));
        if (!incidents.TryGetValue(number, out var incident) || Changed(incident, happened) is not { } changed)
            return incidents;
        return incidents.SetItem(number, happened.Kind == "impact" ? changed : WithEntry(changed, sequence, happened));
    }

    private static bool TryNumber(string id, out int number)
    {
        number = 0;
        return id.StartsWith("INC-", StringComparison.Ordinal) && int.TryParse(id.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static IncidentState Opened(int number, IncidentEvent happened) => new()
    {
        Id = happened.Incident,
        Number = number,
        Title = happened.Title ?? happened.Incident,
        Severity = happened.Severity ?? 3,
        SeverityByHand = happened.By != IncidentEvent.Itself,
        StatusMs = happened.AtMs,
        Services = [.. happened.Services ?? []],
        OpenedMs = happened.AtMs,
        OpenedBy = happened.By,
        Headline = happened.Headline ?? new IncidentHeadline("manual", NoNumbers, NoTexts),
        NextUpdateMs = happened.NextUpdateMs,
        Slo = happened.Slo,
    };

    /// <summary>The incident after the event; null for a kind that is not known.</summary>
    private static IncidentState? Changed(IncidentState incident, IncidentEvent happened) => happened.Kind switch
    {
        "note" or "delivery" or "release" => incident,
        "impactBegan" => incident with { StartedMs = happened.AtMs },
        "impact" => incident with { Impact = happened.Impact },
        "ack" => incident with { AcknowledgedMs = incident.AcknowledgedMs ?? happened.AtMs },
        "nextUpdate" => incident with { NextUpdateMs = happened.NextUpdateMs },
        "severity" => incident with { Severity = happened.Severity ?? incident.Severity, SeverityByHand = incident.SeverityByHand || happened.By != IncidentEvent.Itself },
        "role" => incident with { Roles = WithRole(incident.Roles, happened) },
        "status" => WithStatus(incident, happened.Status ?? incident.Status, happened.AtMs),
        "resolved" => WithStatus(incident with { Impact = happened.Impact ?? incident.Impact }, IncidentStatus.Resolved, happened.AtMs),
        "alertFired" => WithAlert(incident, happened),
        "alertResolved" when happened.Alert is { } alert => incident with { FiringAlerts = incident.FiringAlerts.Remove(alert) },
        "triage" => WithTriage(incident, happened),
        _ => null,
    };

    private static IncidentState WithAlert(IncidentState incident, IncidentEvent happened)
    {
        if (happened.Alert is not { } alert)
            return incident;
        return incident with
        {
            Alerts = incident.Alerts.Contains(alert) ? incident.Alerts : incident.Alerts.Add(alert),
            FiringAlerts = incident.FiringAlerts.Add(alert),
            Services = incident.Services.AddRange((happened.Services ?? []).Except(incident.Services)),
            Slo = incident.Slo ?? happened.Slo,
        };
    }

    private static IncidentState WithTriage(IncidentState incident, IncidentEvent happened)
    {
        // Why: a later "don't know" or "no incident" is worth a line in the history, not the loss of what was found.
        var keep = incident.Triage?.Outcome == TriageOutcome.Hypothesis && happened.Triage?.Outcome != TriageOutcome.Hypothesis;
        return incident with
        {
            Triage = keep ? incident.Triage : happened.Triage ?? incident.Triage,
            Title = happened.Title ?? incident.Title,
            Headline = happened.Headline ?? incident.Headline,
        };
    }

    private static IncidentState WithStatus(IncidentState incident, IncidentStatus status, long atMs) => incident with
    {
        Status = status,
        StatusMs = atMs,
        ResolvedMs = status == IncidentStatus.Resolved ? atMs : null,
        NextUpdateMs = status == IncidentStatus.Resolved ? null : incident.NextUpdateMs,
        FiringAlerts = status == IncidentStatus.Resolved ? [] : incident.FiringAlerts,
    };

    private static IncidentRoles WithRole(IncidentRoles roles, IncidentEvent happened) => happened.Role switch
    {
        "commander" => roles with { Commander = happened.Person },
        "scribe" => roles with { Scribe = happened.Person },
        "communications" => roles with { Communications = happened.Person },
        _ => roles,
    };

    private static IncidentState WithEntry(IncidentState incident, long sequence, IncidentEvent happened)
    {
        var entry = new TimelineEntry(sequence, happened.AtMs, happened.Kind, happened.By, happened.Text, happened.Numbers ?? NoNumbers, happened.Texts ?? NoTexts);
        return incident.Timeline.Count >= MaxTimeline ? incident : incident with { Timeline = incident.Timeline.Add(entry) };
    }
}
