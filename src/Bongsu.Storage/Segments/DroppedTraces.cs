using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Which segments hold which of some dropped traces.</summary>
internal static class DroppedTraces
{
    // Clocks are set, by seconds.
    private const long ClockSlackMs = 10_000;

    /// <summary>Of each segment that was sealed since a time, and so may have what came in since.</summary>
    public static Dictionary<EventSegment<TBatch>, TraceSet> HeldBy<TBatch>(EventSegment<TBatch>[] segments, TraceSet traces, long sinceMs) where TBatch : class, new()
    {
        var held = new Dictionary<EventSegment<TBatch>, TraceSet>();
        foreach (var segment in segments)
            held[segment] = segment.SealedMs >= sinceMs - ClockSlackMs ? HeldBy(segment, traces) : TraceSet.Empty;
        return held;
    }

    /// <summary>The traces that a segment may hold, by its index.</summary>
    public static TraceSet HeldBy<TBatch>(EventSegment<TBatch> segment, TraceSet traces) where TBatch : class, new()
    {
        var fingerprints = new (ulong Fingerprint, int Trace)[traces.Count];
        for (var i = 0; i < fingerprints.Length; i++)
            fingerprints[i] = (SpanSignal.Fingerprint(traces.Ids[i]), i);
        Array.Sort(fingerprints);
        var held = new List<TraceId>();
        foreach (var trace in segment.Holding(fingerprints))
            held.Add(traces.Ids[trace]);
        return held.Count == 0 ? TraceSet.Empty : TraceSet.Of(held);
    }

    /// <summary>The record of the WAL: with the first segment that has any of them. One that is made meanwhile has a higher number than those there are.</summary>
    public static void Put<TBatch>(ByteWriter into, Dictionary<EventSegment<TBatch>, TraceSet> held, TraceSet traces, long sequence) where TBatch : class, new()
    {
        var (first, next) = (long.MaxValue, 1L);
        foreach (var (segment, some) in held)
        {
            next = Math.Max(next, segment.Number + 1);
            if (some.Count > 0)
                first = Math.Min(first, segment.Number);
        }
        var start = Frame.Begin(into);
        TraceDropFile.Put(into, Math.Min(first, next), traces);
        Frame.End(into, start, FrameType.TraceDrop, sequence);
    }
}
