namespace Bongsu.Query.LogQL;

/// <summary>What a query over a time asks for besides its text.</summary>
/// <param name="StartNanos">First time, ns since the epoch.</param>
/// <param name="EndNanos">First time no longer wanted by log queries; last step of metric queries.</param>
public sealed record LogQlRange(long StartNanos, long EndNanos)
{
    /// <summary>Time between the steps of a metric query.</summary>
    public long StepNanos { get; init; } = 60_000_000_000;

    /// <summary>Most lines of a log query.</summary>
    public int Limit { get; init; } = 100;

    public bool NewestFirst { get; init; } = true;

    /// <summary>Least time between two lines of a log query; 0 gives all.</summary>
    public long IntervalNanos { get; init; }

    /// <summary>
    /// Shows what Bongsu found out also where the query does not name it: the service of a stream (see <see cref="Telemetry.Logs.StreamLabels"/>), and of lines
    /// their level, trace and span.
    /// </summary>
    public bool WithDiscovered { get; init; }
}
