namespace Bongsu.Response.Services;

/// <summary>One version or instance of a service.</summary>
public sealed record SplitRow(string Value, Figure Rate, Figure ErrorRatio, Figure P95Seconds, long? FirstSeenMs);
