using System.Runtime.CompilerServices;

namespace Bongsu.Storage.Segments;

/// <summary>Selections over a view.</summary>
internal static class EventQueries
{
    // Some milliseconds.
    private const int BatchesAtATime = 8;

    public static async IAsyncEnumerable<TBatch> SelectAsync<TBatch>(EventSignal<TBatch> signal, EventView<TBatch> view, EventFilter<TBatch> filter, bool newestFirst,
        ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken) where TBatch : class, new()
    {
        var merge = new EventMerge<TBatch>(signal, Sources(signal, view, filter, warnings), filter, newestFirst, warnings);
        merge.Sort();
        for (var batches = 1; merge.Next(cancellationToken) is { } batch; batches++)
        {
            yield return batch;
            filter.Recycle(batch);
            // Why: a long scan reads files synchronously; others get their turn now and then.
            if (batches % BatchesAtATime == 0)
                await Task.Yield();
        }
    }

    /// <summary>Head parts and blocks that may have wanted rows.</summary>
    public static List<EventSource<TBatch>> Sources<TBatch>(EventSignal<TBatch> signal, EventView<TBatch> view, EventFilter<TBatch> filter, ICollection<string> warnings) where TBatch : class, new()
    {
        var sources = new List<EventSource<TBatch>>();
        AddParts(signal, view, view.Head.Parts, view.Dropped.Head, filter, sources);
        AddParts(signal, view, view.Sealing.Parts, view.Dropped.Sealing, filter, sources);
        foreach (var segment in view.Segments)
        {
            if (segment.MinTimeNanos < filter.ToNanos && segment.MaxTimeNanos >= filter.FromNanos)
                AddBlocks(segment, DeletedRows<TBatch>.Of(signal, view, segment), filter, sources, warnings);
        }
        return sources;
    }

    private static void AddParts<TBatch>(EventSignal<TBatch> signal, EventView<TBatch> view, EventPart<TBatch>[] parts, TraceSet dropped, EventFilter<TBatch> filter, List<EventSource<TBatch>> sources)
        where TBatch : class, new()
    {
        foreach (var part in parts)
        {
            if (part.MinTimeNanos < filter.ToNanos && part.MaxTimeNanos >= filter.FromNanos)
                sources.Add(new EventSource<TBatch>(part, null, null, DeletedRows<TBatch>.Of(signal, view, part, dropped)));
        }
    }

    private static void AddBlocks<TBatch>(EventSegment<TBatch> segment, DeletedRows<TBatch>? deleted, EventFilter<TBatch> filter, List<EventSource<TBatch>> sources, ICollection<string> warnings)
        where TBatch : class, new()
    {
        var wants = new BlockTest<TBatch>(segment, filter);
        foreach (var block in segment.Blocks)
        {
            if (block.MinTimeNanos < filter.ToNanos && block.MaxTimeNanos >= filter.FromNanos && wants.Passes(block, warnings))
                sources.Add(new EventSource<TBatch>(null, segment, block, deleted));
        }
    }

    /// <summary>Whether a segment may have wanted rows, by its index alone.</summary>
    public static bool MayHave<TBatch>(EventSegment<TBatch> segment, EventFilter<TBatch> filter) where TBatch : class, new()
    {
        var wants = new BlockTest<TBatch>(segment, filter);
        foreach (var block in segment.Blocks)
        {
            if (block.MinTimeNanos < filter.ToNanos && block.MaxTimeNanos >= filter.FromNanos && wants.PassesByTag(block))
                return true;
        }
        return false;
    }
}
