namespace Bongsu.Response.Services;

/// <summary>What a service's state is judged by.</summary>
/// <param name="IntervalMs">The interval at which its telemetry comes.</param>
internal sealed record ServiceNow(double? Rate, double? ErrorRatio, double? ErrorRatioBefore, double? P95Seconds, double? P95SecondsBefore, long? LastSeenMs, long IntervalMs);
