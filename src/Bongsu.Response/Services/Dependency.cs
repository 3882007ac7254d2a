namespace Bongsu.Response.Services;

/// <param name="Kind"><c>service</c>, <c>database</c>, <c>cache</c>, <c>queue</c> or <c>external</c>.</param>
/// <param name="Direction"><c>in</c>: the peer calls the service; <c>out</c>: the service calls the peer.</param>
public sealed record Dependency(string Peer, string Kind, string Direction, Figure Rate, Figure ErrorRatio, Figure P95Seconds);
