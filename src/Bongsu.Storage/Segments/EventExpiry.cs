namespace Bongsu.Storage.Segments;

/// <summary>What is past its time at one moment. Immutable.</summary>
internal sealed class EventExpiry<TBatch>(EventSignal<TBatch> signal, EventRetention<TBatch> retention, long nowNanos) where TBatch : class, new()
{
    /// <summary>From this time on all is kept, whatever rule it falls under.</summary>
    public long SurelyKeptNanos { get; } = EventRetention<TBatch>.OldestNanos(nowNanos, retention.ShortestNanos);

    /// <summary>The first time that is kept of what has this tag.</summary>
    public long OldestNanos(ReadOnlySpan<byte> tag) => EventRetention<TBatch>.OldestNanos(nowNanos, retention.KeepNanos(tag));

    /// <summary>Whether something of a segment may be past its time.</summary>
    public bool IsIn(EventSegment<TBatch> segment) =>
        segment.MinTimeNanos < SurelyKeptNanos && segment.MinTimeNanos < EventRetention<TBatch>.OldestNanos(nowNanos, retention.KeepsOf(segment).ShortestNanos);

    /// <summary>Whether all that a segment has of some tag is past its time: it becomes smaller when it is written anew, and that at most once for each time that its tags are kept.</summary>
    public bool IsWorthRewriting(EventSegment<TBatch> segment) =>
        segment.MaxTimeNanos < EventRetention<TBatch>.OldestNanos(nowNanos, retention.KeepsOf(segment).ShortestNanos);

    /// <summary>Wants what is past its time, one selection at a time.</summary>
    public EventFilter<TBatch> NewFilter() => new ExpiredRows<TBatch>(signal, this);
}
