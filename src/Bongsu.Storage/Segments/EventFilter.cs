namespace Bongsu.Storage.Segments;

/// <summary>What a selection wants, from the coarsest to the finest: tags of a block, the block, its rows. One selection at a time.</summary>
internal abstract class EventFilter<TBatch>(long fromNanos, long toNanos) where TBatch : class, new()
{
    public long FromNanos { get; } = fromNanos;

    /// <summary>First time no longer wanted.</summary>
    public long ToNanos { get; } = toNanos;

    /// <summary>Needles that must stand in the block's texts, for its bloom filter.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>>? Needles => null;

    /// <summary>Texts that must stand in the block as whole values, for its filter of words.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> Values => [];

    /// <summary>Those of them that the filters of words of a segment know of.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> ValuesIn(EventSegment<TBatch> segment) => Values;

    /// <summary>Of which one has to want a block too; none: all do.</summary>
    public virtual IReadOnlyList<EventFilter<TBatch>> Alternatives => [];

    /// <summary>Another that wants the same, for a second reader at the same time.</summary>
    public abstract EventFilter<TBatch> Fork();

    public abstract bool WantsTag(ReadOnlySpan<byte> tag);

    public virtual bool WantsBlock(BlockEntry block) => true;

    /// <summary>Whether the block to be read may have rows that others have too, so that each row has to be told from any other.</summary>
    public bool MeetsOthers { get; set; }

    /// <summary>Whether rows have to come with their bodies and attributes whatever is asked for: something else looks at them too.</summary>
    public bool NeedsBodies { get; set; }

    /// <summary>Whether it looks at more of a row than its time, its tag and its trace.</summary>
    public virtual bool ReadsBodies => true;

    /// <summary>Takes back a batch that the selection gave and that nobody reads any more.</summary>
    public virtual void Recycle(TBatch batch)
    {
    }

    /// <summary>Called before the rows of a batch.</summary>
    public abstract void Begin(TBatch batch);

    /// <summary>Time is checked already.</summary>
    public abstract bool WantsRow(TBatch batch, int row);
}
