using System.Text.Json.Serialization;

namespace Bongsu.Response.Triage;

[JsonConverter(typeof(CamelCaseEnumConverter<TriageOutcome>))]
public enum TriageOutcome
{
    Hypothesis,
    DontKnow,
    NoIncident,
}
