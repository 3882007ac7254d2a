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
