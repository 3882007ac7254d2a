namespace Bongsu.Storage.Segments;

/// <summary>All there is to read at one moment: the head, the head that is being sealed, the sealed segments, what is deleted of those. Immutable.</summary>
internal sealed record EventView<TBatch>(EventHead<TBatch> Head, EventHead<TBatch> Sealing, EventSegment<TBatch>[] Segments) where TBatch : class, new()
{
    public EventDeletion<TBatch>[] Deletions { get; init; } = [];

    /// <summary>What is past its time, where rows go one by one.</summary>
    public EventExpiry<TBatch>? Expiry { get; init; }

    public TraceDrops<TBatch> Dropped { get; init; } = TraceDrops<TBatch>.None;
}
