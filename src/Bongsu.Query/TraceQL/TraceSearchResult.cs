using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL;

/// <summary>Traces that a search found, newest first, and how much it looked at.</summary>
public sealed record TraceSearchResult(IReadOnlyList<FoundTrace> Traces, int TracesInspected, long SpansInspected);

/// <summary>One found trace with its span sets; a trace without a root has no root names. Times in ns.</summary>
public sealed record FoundTrace
{
    public required TraceId TraceId { get; init; }
    public required string RootServiceName { get; init; }
    public required string RootName { get; init; }
    public required long StartUnixNano { get; init; }
    public required long DurationNanos { get; init; }
    public required int SpanCount { get; init; }
    public required int ErrorCount { get; init; }
    public required IReadOnlyList<FoundSpanset> Spansets { get; init; }

    /// <summary>Spans and errors of each service, in the order of their first span here.</summary>
    public required IReadOnlyList<FoundService> Services { get; init; }
}

/// <summary>What one service has in a found trace.</summary>
public sealed record FoundService(string Name, int SpanCount, int ErrorCount);

/// <summary>Matching spans, at most as many as asked for, of <paramref name="Matched"/>; and what they were grouped by.</summary>
public sealed record FoundSpanset(int Matched, IReadOnlyList<FoundSpan> Spans, IReadOnlyList<KeyValuePair<string, TraceValue>> By);

/// <summary>A matching span with the attributes that the query selects or compares.</summary>
public sealed record FoundSpan(SpanId SpanId, string Name, string ServiceName, long StartUnixNano, long DurationNanos,
    IReadOnlyList<KeyValuePair<string, TraceValue>> Attributes);
