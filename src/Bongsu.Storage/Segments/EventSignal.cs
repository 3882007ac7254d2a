using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>What the event engine must know of logs or spans: their rows, their bytes, and what to prune by. Thread-safe but for <see cref="Encode"/>.</summary>
internal abstract class EventSignal<TBatch> where TBatch : class, new()
{
    /// <summary>Part of file names; see <see cref="DataLayout"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Type of the WAL's frames.</summary>
    public abstract FrameType WalFrame { get; }

    /// <summary>Rows of a sealed block at most.</summary>
    public abstract int BlockRows { get; }

    public abstract int Count(TBatch batch);

    public abstract bool IsDropped(TBatch batch, int row);

    /// <summary>Marks a row as not stored.</summary>
    public abstract void Drop(TBatch batch, int row);

    public abstract long TimeNanos(TBatch batch, int row);

    public abstract EventKey Key(TBatch batch, int row);

    /// <summary>Why a row can never be kept, or null.</summary>
    public abstract string? WhyInvalid(TBatch batch, int row);

    /// <summary>Whether a row is valid because another one of its batch is; false says nothing.</summary>
    public virtual bool IsValidAs(TBatch batch, int row, int valid) => false;

    /// <summary>Roughly what a batch takes in memory.</summary>
    public abstract long SizeBytes(TBatch batch);

    /// <summary>The one text by which blocks are told apart: stream labels, service name.</summary>
    public abstract ReadOnlySpan<byte> Tag(TBatch batch, int row);

    /// <summary>Adds the tags of a batch's rows to a list of tags, and their numbers there to a set.</summary>
    public virtual void AddTags(TBatch batch, ByteDictionary tags, ISet<int> numbers)
    {
        for (var row = 0; row < Count(batch); row++)
            numbers.Add(tags.Add(Tag(batch, row)));
    }

    /// <summary>Trace id folded to 64 bits, 0 for none.</summary>
    public abstract ulong TraceFingerprint(TBatch batch, int row);

    /// <summary>Trace of a row, by which whole traces are dropped; none for what is not dropped so.</summary>
    public virtual TraceId Trace(TBatch batch, int row) => default;

    /// <summary>The words of the block encoded last as one; null: needles are not looked for in it.</summary>
    public virtual WordFilter? Words => null;

    /// <summary>Longest duration and the statuses of a row's block; see <see cref="BlockEntry"/>.</summary>
    public abstract (long MaxDurationNanos, int StatusBits) Extremes(TBatch batch);

    public abstract EventCopier<TBatch> NewCopier();

    /// <summary>Another with an encoder of its own, for a second writer.</summary>
    public abstract EventSignal<TBatch> Fork();

    /// <summary>Appends all rows of a batch as one block: plain for the WAL, or as small as it gets. One writer at a time.</summary>
    public abstract void Encode(TBatch batch, ByteWriter into, bool compress);

    /// <summary>Reads a deletion of its events; null when the bytes are none, or when its events are never deleted one by one.</summary>
    public virtual EventDeletion<TBatch>? ReadDeletion(ReadOnlySpan<byte> payload) => null;

    /// <summary>Reads a block; null when the bytes are none.</summary>
    public abstract TBatch? Decode(ReadOnlySpan<byte> block);

    /// <summary>Reads a block, as much of it as is needed; rows that a filter does not want may be left out. Null when it is damaged.</summary>
    public virtual TBatch? Decode(BlockBytes block, EventFilter<TBatch> filter) => block.TryReadAll(out var bytes) ? Decode(bytes) : null;

    /// <summary>As <see cref="Decode(BlockBytes, EventFilter{TBatch})"/>, of a block in memory.</summary>
    public TBatch? Decode(ReadOnlySpan<byte> block, EventFilter<TBatch> filter)
    {
        using var buffers = BlockBuffers.Rent();
        return Decode(new BlockBytes(buffers, block), filter);
    }
}
