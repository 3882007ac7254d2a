using System.Collections.Concurrent;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>A filter of spans that can tell by a block's columns which of its rows it wants, before spans are made of them.</summary>
internal abstract class SpanRowFilter(long fromNanos, long toNanos, SpanColumns columns, ConcurrentBag<SpanBatch> free) : EventFilter<SpanBatch>(fromNanos, toNanos)
{
    /// <summary>What is read of the rows; what the filter looks at is among it, and the resource, which tells the tag.</summary>
    public SpanColumns Columns { get; } = columns with { Parts = columns.Parts | SpanParts.Resource };

    /// <summary>Batches that this selection is done with; one that is small, or none, costs as much as its block.</summary>
    protected ConcurrentBag<SpanBatch> Free { get; } = free;

    public SpanBatch NewBatch() => Free.TryTake(out var batch) ? batch : new SpanBatch();

    public override void Recycle(SpanBatch batch)
    {
        batch.Clear();
        Free.Add(batch);
    }

    /// <summary>Drops the rows that are not wanted.</summary>
    public abstract void Narrow(ref SpanBlockReader block);
}
