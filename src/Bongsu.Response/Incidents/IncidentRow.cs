using Bongsu.Response.Alerting;
using Bongsu.Response.Notify;
using Bongsu.Response.Releases;
using Bongsu.Response.Services;
using Bongsu.Response.Slos;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>The most likely cause in short.</summary>
public sealed record IncidentCause(string Service, string Sentence, double Confidence, string? Release);

/// <summary>An incident as the HTTP API lists it.</summary>
public record IncidentRow
{
    public required string Id { get; init; }
    public required int Number { get; init; }
    public required string Title { get; init; }
    public required int Severity { get; init; }
    public required IncidentStatus Status { get; init; }
    public required IReadOnlyList<string> Services { get; init; }
    public required long OpenedMs { get; init; }
    public long? StartedMs { get; init; }
    public long? ResolvedMs { get; init; }
    public long? AcknowledgedMs { get; init; }
    public long? NextUpdateMs { get; init; }
    public required string OpenedBy { get; init; }
    public required IncidentRoles Roles { get; init; }
    public required IncidentHeadline Headline { get; init; }
    public Impact? Impact { get; init; }
    public IncidentCause? Cause { get; init; }
    public required IReadOnlyList<string> Alerts { get; init; }
}

/// <summary>An incident as its room shows it.</summary>
public sealed record IncidentDetail : IncidentRow
{
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }
    public TriageReport? Triage { get; init; }
    public required IReadOnlyList<TimeSeries> ImpactSeries { get; init; }
    public required IReadOnlyList<AlertRow> Firing { get; init; }
    public required IReadOnlyList<Release> Releases { get; init; }
    public required IReadOnlyList<SloRow> Slos { get; init; }
    public required IReadOnlyList<DeliveryAttempt> Deliveries { get; init; }
}
