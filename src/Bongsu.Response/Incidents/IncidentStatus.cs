using System.Text.Json.Serialization;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Incidents;

[JsonConverter(typeof(CamelCaseEnumConverter<IncidentStatus>))]
public enum IncidentStatus
{
    Investigating,
    Identified,
    Monitoring,
    Resolved,
}
