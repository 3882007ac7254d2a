using System.Text.Json.Serialization;

namespace Bongsu.Response.Services;

/// <summary>How a service is, worst first: the order of the page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ServiceState>))]
public enum ServiceState
{
    Failing,
    Degraded,
    NoData,
    Healthy,
}
