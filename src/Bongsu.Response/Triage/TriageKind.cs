using System.Text.Json.Serialization;

namespace Bongsu.Response.Triage;

/// <summary>What is wrong with the requests: they fail, or they take too long.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TriageKind>))]
public enum TriageKind
{
    Errors,
    Latency,
}
