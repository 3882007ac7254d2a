namespace Bongsu.Storage.Segments;

/// <summary>
/// Traces that were dropped, by where rows of them may still stand: they are left out of every answer from there, and of what is written next in its place.
/// Immutable; one for each view.
/// </summary>
internal sealed record TraceDrops<TBatch> where TBatch : class, new()
{
    // Why first: the one below has it.
    private static readonly Dictionary<long, SegmentDrops> s_none = [];

    public static readonly TraceDrops<TBatch> None = new();

    /// <summary>Of the head: rows that came before their trace was dropped. Before another row of one of these comes in, they are taken out.</summary>
    public TraceSet Head { get; private init; } = TraceSet.Empty;

    /// <summary>Of the head that is being sealed.</summary>
    public TraceSet Sealing { get; private init; } = TraceSet.Empty;

    /// <summary>By number of the segment. Another instance whenever anything in it is another.</summary>
    public IReadOnlyDictionary<long, SegmentDrops> Segments { get; private init; } = s_none;

    public TraceSet Of(long segment) => Segments.TryGetValue(segment, out var drops) ? drops.Traces : TraceSet.Empty;

    /// <summary>More traces dropped of all that a view has.</summary>
    /// <param name="traces">The traces.</param>
    /// <param name="view">The view of now.</param>
    /// <param name="held">Which of them each segment holds.</param>
    /// <param name="nowMs">The running clock.</param>
    public TraceDrops<TBatch> With(TraceSet traces, EventView<TBatch> view, Func<EventSegment<TBatch>, TraceSet> held, long nowMs)
    {
        var segments = new Dictionary<long, SegmentDrops>();
        foreach (var segment in view.Segments)
        {
            var before = Of(segment.Number);
            var more = held(segment);
            if (more.Count > 0)
                segments[segment.Number] = new SegmentDrops(before.With(more), nowMs);
            else if (before.Count > 0)
                segments[segment.Number] = Segments[segment.Number];
        }
        return new TraceDrops<TBatch>
        {
            Head = view.Head.Rows == 0 ? TraceSet.Empty : Head.With(traces),
            Sealing = view.Sealing.Rows == 0 ? TraceSet.Empty : Sealing.With(traces),
            Segments = segments,
        };
    }

    /// <summary>The same of segments alone, as a start finds it.</summary>
    public TraceDrops<TBatch> WithSegments(IReadOnlyDictionary<long, SegmentDrops> segments) => this with { Segments = segments };

    /// <summary>The head is rid of what was dropped of it.</summary>
    public TraceDrops<TBatch> HeadSettled() => this with { Head = TraceSet.Empty };

    /// <summary>The head becomes the one that is sealed.</summary>
    public TraceDrops<TBatch> Frozen() => this with { Head = TraceSet.Empty, Sealing = Head };

    /// <summary>The head that was sealed has become a segment (null: nothing was left of it) without some of what was dropped.</summary>
    public TraceDrops<TBatch> Sealed(long? segment, TraceSet leftOut, long nowMs)
    {
        var late = Sealing.Except(leftOut);
        if (segment is not { } number || late.Count == 0)
            return this with { Sealing = TraceSet.Empty };
        return this with { Sealing = TraceSet.Empty, Segments = new Dictionary<long, SegmentDrops>(Segments) { [number] = new(late, nowMs) } };
    }

    /// <summary>Some segments have become one, the last of them, without what had been dropped of them when that began.</summary>
    public TraceDrops<TBatch> Merged(List<EventSegment<TBatch>> run, TraceDrops<TBatch> leftOut, long nowMs)
    {
        var segments = new Dictionary<long, SegmentDrops>(Segments);
        var late = TraceSet.Empty;
        foreach (var segment in run)
        {
            late = late.With(Of(segment.Number).Except(leftOut.Of(segment.Number)));
            segments.Remove(segment.Number);
        }
        if (late.Count > 0)
            segments[run[^1].Number] = new SegmentDrops(late, nowMs);
        return this with { Segments = segments };
    }
}
