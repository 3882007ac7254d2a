using Bongsu.Telemetry.Events;

namespace Bongsu.Query.Traces;

/// <summary>What the shape of one trace says. Times in ns.</summary>
public sealed record TraceAnalysis
{
    public required TraceId TraceId { get; init; }

    /// <summary>Service and name of the root, or of the earliest span where the root is missing.</summary>
    public required string RootService { get; init; }
    public required string RootName { get; init; }
    public required long StartUnixNano { get; init; }
    public required long DurationNanos { get; init; }
    public required int SpanCount { get; init; }
    public required int ErrorCount { get; init; }

    /// <summary>Names of all services, in the order of their first span.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>What the trace waited for, without gaps from the root's start to its end.</summary>
    public required IReadOnlyList<CriticalSegment> CriticalPath { get; init; }

    /// <summary>The longest time that a caller waited outside of the called service as it reports itself; null when no span calls anything.</summary>
    public required WidestWait? WidestWait { get; init; }

    /// <summary>Time of each span that none of its children covers.</summary>
    public required IReadOnlyDictionary<SpanId, long> SelfNanos { get; init; }

    /// <summary>What is wrong with the trace as it was recorded; one sentence each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A stretch of the critical path that lies in one span, as offsets from the trace's start.</summary>
public readonly record struct CriticalSegment(SpanId SpanId, long FromNanos, long ToNanos);

/// <summary>A client or producer span and the part of it that no span of the called side explains.</summary>
public sealed record WidestWait(SpanId SpanId, string Peer, long Nanos);
