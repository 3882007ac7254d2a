using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL;

/// <summary>One found trace. Times in ns.</summary>
public sealed record TraceSummary
{
    public required TraceId TraceId { get; init; }
    public required string RootServiceName { get; init; }
    public required string RootName { get; init; }
    public required long StartUnixNano { get; init; }
    public required long DurationNanos { get; init; }
    public required int SpanCount { get; init; }
    public required int ErrorCount { get; init; }
    /// <summary>The spans that matched, at most three.</summary>
    public required IReadOnlyList<MatchedSpan> Matched { get; init; }
    public required int MatchedCount { get; init; }
}

public sealed record MatchedSpan(SpanId SpanId, string Name, string ServiceName, long StartUnixNano, long DurationNanos,
    IReadOnlyList<KeyValuePair<string, string>> Attributes);

/// <summary>Searches traces by TraceQL over any store. Thread-safe.</summary>
public sealed class TraceQlEngine(ITelemetryStore store, TimeProvider time)
{
    /// <summary>Newest traces first that match and start in [startNanos, endNanos).</summary>
    public ValueTask<QueryAnswer<IReadOnlyList<TraceSummary>>> SearchAsync(string query, long startNanos, long endNanos, int limit,
        CancellationToken cancellationToken) => throw new NotImplementedException();
}
