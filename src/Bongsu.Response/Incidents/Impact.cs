namespace Bongsu.Response.Incidents;

/// <summary>What an incident cost until now, counted in the telemetry. Null where nothing could be counted.</summary>
public sealed record Impact(double? BadEvents, double? TotalEvents, double? ErrorRatio, long SinceMs, double? BudgetSpent, string Query);
