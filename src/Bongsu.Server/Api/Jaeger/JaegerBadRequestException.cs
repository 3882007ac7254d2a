namespace Bongsu.Server.Api.Jaeger;

/// <summary>A request that cannot be answered as it stands; becomes 400.</summary>
internal sealed class JaegerBadRequestException(string message) : Exception(message);
