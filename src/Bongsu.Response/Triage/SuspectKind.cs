using System.Text.Json.Serialization;

namespace Bongsu.Response.Triage;

[JsonConverter(typeof(CamelCaseEnumConverter<SuspectKind>))]
public enum SuspectKind
{
    /// <summary>The service itself, apart from what it calls.</summary>
    Service,
    /// <summary>A version of the service.</summary>
    Release,
    /// <summary>The way between two services that both send telemetry: network, connection pool, time-outs.</summary>
    Edge,
    /// <summary>A peer that sends no telemetry of its own (a database, another company); only its callers' view is known.</summary>
    External,
}
