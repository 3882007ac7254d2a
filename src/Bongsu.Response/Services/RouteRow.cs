namespace Bongsu.Response.Services;

/// <param name="TimeShare">The part of all request time of the service spent here, 0..1.</param>
public sealed record RouteRow(string Route, string Method, Figure Rate, Figure ErrorRatio, Figure P95Seconds, double? TimeShare);
