namespace Bongsu.Response.Slos;

/// <summary>What was counted for an objective at one moment.</summary>
/// <param name="Windows">Counts by window; null where there was no telemetry.</param>
/// <param name="Source">How it was measured; null when no telemetry of the service is known.</param>
/// <param name="Failure">Why it could not be measured; null when it could.</param>
public sealed record SloMeasure(long AtMs, IReadOnlyDictionary<TimeSpan, WindowCount?> Windows, SliSource? Source, string? Failure)
{
    public WindowCount? In(TimeSpan window) => Windows.TryGetValue(window, out var count) ? count : null;
}
