namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>The steps of a metrics query, left-closed. Immutable.</summary>
internal sealed record MetricSteps(long StartNanos, long EndNanos, long StepNanos)
{
    public int Count { get; } = (int)((EndNanos - StartNanos + StepNanos - 1) / StepNanos);

    public double Seconds => StepNanos / 1e9;

    /// <summary>-1 outside of the range.</summary>
    public int IndexOf(long timeNanos) => timeNanos < StartNanos || timeNanos >= EndNanos ? -1 : (int)((timeNanos - StartNanos) / StepNanos);

    public long TimeMs(int step) => (StartNanos + step * StepNanos) / 1_000_000;
}
