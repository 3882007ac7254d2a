namespace Bongsu.Query.TraceQL;

/// <summary>What a metrics query gives: one series for each combination of the fields it groups by; times in ms, the start of each step.</summary>
public sealed record TraceMetrics(IReadOnlyList<TraceMetricSeries> Series);

public sealed record TraceMetricSeries(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, IReadOnlyList<(long TimestampMs, double Value)> Points);
