using Bongsu.Telemetry.Events;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What is known so far of a trace that is not decided. Times in ns since the epoch; of the sampler in ms that no setting of a clock changes.</summary>
internal struct UndecidedTrace
{
    public TraceId Id;
    public long StartNanos;
    public long EndNanos;
    public long LongestNanos;
    public long Bytes;
    public long FirstSeenMs;
    /// <summary>Since when its spans were appended: before this process began, of those of before a restart.</summary>
    public long SinceMs;
    public long RootSeenMs;
    public int Spans;
    /// <summary>Neighbours among those that wait for the same; -1: none.</summary>
    public int Next;
    public int Previous;
    public bool HasRoot;
    public bool HasError;
}
