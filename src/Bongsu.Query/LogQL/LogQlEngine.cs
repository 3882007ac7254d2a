using Bongsu.Query.PromQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL;

/// <summary>One line of a log query's answer. Time in ns since the epoch; fields are the record's structured metadata.</summary>
public sealed record LogLine(long TimeUnixNano, string Text, LabelSet Fields);

public sealed record LogStream(LabelSet Labels, IReadOnlyList<LogLine> Lines);

/// <summary>What a LogQL query evaluates to: streams of lines, or a metric value.</summary>
public sealed record LogQlResult(IReadOnlyList<LogStream>? Streams, PromValue? Metric, long RecordsScanned, long BytesScanned);

/// <summary>Evaluates LogQL over any store. Thread-safe.</summary>
public sealed class LogQlEngine(ITelemetryStore store, TimeProvider time)
{
    /// <summary>A query over [startNanos, endNanos); metric queries are evaluated each stepNanos, log queries give at most limit lines.</summary>
    public ValueTask<QueryAnswer<LogQlResult>> RangeAsync(string query, long startNanos, long endNanos, long stepNanos, int limit, bool newestFirst,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A metric query at one moment.</summary>
    public ValueTask<QueryAnswer<LogQlResult>> InstantAsync(string query, long timeNanos, int limit, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
