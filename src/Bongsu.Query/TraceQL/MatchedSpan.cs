using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL;

/// <summary>One span that a search found. Times in ns.</summary>
public sealed record MatchedSpan(SpanId SpanId, string Name, string ServiceName, long StartUnixNano, long DurationNanos,
    IReadOnlyList<KeyValuePair<string, string>> Attributes);
