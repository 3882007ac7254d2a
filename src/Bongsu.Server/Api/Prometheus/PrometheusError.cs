namespace Bongsu.Server.Api.Prometheus;

/// <summary>Ends a request with an error in Prometheus' envelope. Thrown while parameters are read, caught in <see cref="PrometheusApi"/> only.</summary>
internal sealed class PrometheusError(int status, string errorType, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string ErrorType { get; } = errorType;

    public static PrometheusError Bad(string message) => new(StatusCodes.Status400BadRequest, "bad_data", message);

    public static PrometheusError BadParameter(string name, string reason) => Bad($"invalid parameter \"{name}\": {reason}");
}
