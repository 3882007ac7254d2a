namespace Bongsu.Server.Commands.Traces;

/// <summary>One span in the order in which the tree shows it. Times in ns; the start counts from that of the trace.</summary>
internal sealed record ShownSpan(string SpanId, string ParentSpanId, string Service, string Name, string Kind, bool IsError, string StatusMessage, long StartNanos, long DurationNanos)
{
    public int Depth { get; init; }

    /// <summary>How much of the critical path lies in it.</summary>
    public long CriticalNanos { get; init; }
}
