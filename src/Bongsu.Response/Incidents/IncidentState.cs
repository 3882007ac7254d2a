using System.Collections.Immutable;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>One line of an incident's history.</summary>
/// <param name="Seq">Its place in the journal.</param>
public sealed record TimelineEntry(
    long Seq, long AtMs, string Kind, string By, string Text, IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts);

public sealed record IncidentRoles(string? Commander, string? Scribe, string? Communications)
{
    public static readonly IncidentRoles Nobody = new(null, null, null);
}

/// <summary>An incident as its events leave it. Immutable.</summary>
public sealed record IncidentState
{
    public required string Id { get; init; }
    public required int Number { get; init; }
    public required string Title { get; init; }
    public required int Severity { get; init; }
    /// <summary>Somebody has judged it; Bongsu then leaves it alone.</summary>
    public bool SeverityByHand { get; init; }
    public IncidentStatus Status { get; init; } = IncidentStatus.Investigating;
    /// <summary>When the status last changed.</summary>
    public required long StatusMs { get; init; }
    public required ImmutableList<string> Services { get; init; }
    public required long OpenedMs { get; init; }
    public long? StartedMs { get; init; }
    public long? ResolvedMs { get; init; }
    public long? AcknowledgedMs { get; init; }
    public long? NextUpdateMs { get; init; }
    public required string OpenedBy { get; init; }
    public IncidentRoles Roles { get; init; } = IncidentRoles.Nobody;
    public required IncidentHeadline Headline { get; init; }
    public Impact? Impact { get; init; }
    public TriageReport? Triage { get; init; }
    /// <summary>Objective by which the impact is counted.</summary>
    public string? Slo { get; init; }
    public ImmutableList<string> Alerts { get; init; } = [];
    public ImmutableHashSet<string> FiringAlerts { get; init; } = [];
    public ImmutableList<TimelineEntry> Timeline { get; init; } = [];

    public bool IsOpen => Status != IncidentStatus.Resolved;

    public string? Culprit => Triage?.Hypothesis?.Service;
}
