namespace Bongsu.Response.Services;

/// <summary>Judges a service by its last minutes against the earlier part of the hour before, or of what data there is. A state is for sorting and colour; what pages people are SLOs.</summary>
internal static class ServiceHealth
{
    public const double FailingErrorRatio = 0.05;
    public const double DegradedErrorRatio = 0.01;
    public const double DegradedErrorFactor = 2;
    public const double DegradedLatencyFactor = 1.5;

    // Half again of a few milliseconds is nothing that anybody feels.
    public const double DegradedLatencySeconds = 0.05;

    // One failure of ten requests is no trend.
    public const double MinFailures = 3;

    /// <summary>A service silent for this long, and for three of its own intervals, has no data.</summary>
    public const long SilentMs = 120_000;

    private static readonly Dictionary<string, string> NoTexts = [];

    /// <param name="windowMs">The time that rate and ratio are of.</param>
    public static (ServiceState State, StandsOut? StandsOut) Judge(ServiceNow now, long windowMs, long toMs)
    {
        if (now.LastSeenMs is not { } seen || seen < toMs - Math.Max(SilentMs, 3 * now.IntervalMs))
        {
            var silence = now.LastSeenMs is { } since ? new StandsOut("noTelemetry", new Dictionary<string, double> { ["sinceMs"] = since }, NoTexts) : null;
            return (ServiceState.NoData, silence);
        }
        var failures = (now.Rate ?? 0) * windowMs / 1000 * (now.ErrorRatio ?? 0);
        if (failures >= MinFailures && now.ErrorRatio is { } ratio
            && (ratio >= FailingErrorRatio || (ratio >= DegradedErrorRatio && ratio >= DegradedErrorFactor * (now.ErrorRatioBefore ?? 0))))
            return (ratio >= FailingErrorRatio ? ServiceState.Failing : ServiceState.Degraded, Compared("errorRatio", "ratio", ratio, now.ErrorRatioBefore));
        if (now.P95Seconds is { } p95 && now.P95SecondsBefore is { } before && p95 >= DegradedLatencyFactor * before && p95 - before >= DegradedLatencySeconds)
            return (ServiceState.Degraded, Compared("latencyP95", "seconds", p95, before));
        return (ServiceState.Healthy, null);
    }

    private static StandsOut Compared(string code, string name, double value, double? before)
    {
        var numbers = new Dictionary<string, double> { [name] = value };
        if (before is { } was)
            numbers["before"] = was;
        return new StandsOut(code, numbers, NoTexts);
    }
}
