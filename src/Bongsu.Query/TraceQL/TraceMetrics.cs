namespace Bongsu.Query.TraceQL;

/// <summary>A metrics query over the steps of [StartNanos, EndNanos).</summary>
public sealed record TraceMetricsRequest(string Query, long StartNanos, long EndNanos, long StepNanos)
{
    /// <summary>Most exemplars in the whole answer, unless the query's hints say otherwise.</summary>
    public int MaxExemplars { get; init; }
}

/// <summary>What a metrics query gives: one series for each combination of the fields it groups by; times in ms, the start of each step.</summary>
public sealed record TraceMetrics(IReadOnlyList<TraceMetricSeries> Series, int TracesInspected, long SpansInspected);

public sealed record TraceMetricSeries(IReadOnlyList<KeyValuePair<string, TraceValue>> Labels, IReadOnlyList<(long TimestampMs, double Value)> Points,
    IReadOnlyList<TraceExemplar> Exemplars);
