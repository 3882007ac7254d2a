using System.Text.Json.Serialization;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Alerting;

[JsonConverter(typeof(CamelCaseEnumConverter<AlertState>))]
public enum AlertState
{
    Pending,
    Firing,
    Resolved,
}
