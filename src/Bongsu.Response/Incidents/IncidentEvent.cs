using System.Text.Json.Serialization;
using Bongsu.Response.Triage;

namespace Bongsu.Response.Incidents;

/// <summary>
/// One record of the journal's <c>incidents</c> log: something that happened in an incident. Its kind says which of the optional parts it has; kinds
/// that a later version added are kept in the journal and change nothing here.
/// </summary>
/// <param name="AtMs">When it happened, which may be before it was recorded.</param>
/// <param name="By">Who did it; <c>bongsu</c> for itself.</param>
public sealed record IncidentEvent(string Kind, string Incident, long AtMs, string By)
{
    public const string Itself = "bongsu";

    public int V { get; init; } = 1;
    public string Text { get; init; } = "";
    public IReadOnlyDictionary<string, double>? Numbers { get; init; }
    public IReadOnlyDictionary<string, string>? Texts { get; init; }
    public string? Title { get; init; }
    public int? Severity { get; init; }
    public IReadOnlyList<string>? Services { get; init; }
    public IncidentStatus? Status { get; init; }
    public string? Role { get; init; }
    public string? Person { get; init; }
    public string? Alert { get; init; }
    public string? Slo { get; init; }
    public IncidentHeadline? Headline { get; init; }
    public TriageReport? Triage { get; init; }
    public Impact? Impact { get; init; }
    public long? NextUpdateMs { get; init; }
}

/// <summary>The first sentence of an incident, for the page to say in the reader's language.</summary>
/// <param name="Code"><c>errors</c>, <c>latency</c> or <c>manual</c>.</param>
public sealed record IncidentHeadline(string Code, IReadOnlyDictionary<string, double> Numbers, IReadOnlyDictionary<string, string> Texts);
