using System.Runtime.CompilerServices;

namespace Bongsu.Storage.Segments;

/// <summary>Selections over a view.</summary>
internal static class EventQueries
{
    public static async IAsyncEnumerable<TBatch> SelectAsync<TBatch>(EventSignal<TBatch> signal, EventView<TBatch> view, EventFilter<TBatch> filter, bool newestFirst,
        ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken) where TBatch : class, new()
    {
        var merge = new EventMerge<TBatch>(signal, Sources(view, filter, warnings), filter, newestFirst, warnings);
        merge.Sort();
        while (merge.Next(cancellationToken) is { } batch)
        {
            yield return batch;
            // Why: a long scan reads files synchronously; others get their turn between batches.
            await Task.Yield();
        }
    }

    /// <summary>Head parts and blocks that may have wanted rows.</summary>
    public static List<EventSource<TBatch>> Sources<TBatch>(EventView<TBatch> view, EventFilter<TBatch> filter, ICollection<string> warnings) where TBatch : class, new()
    {
        var sources = new List<EventSource<TBatch>>();
        AddParts(view, view.Head.Parts, filter, sources);
        AddParts(view, view.Sealing.Parts, filter, sources);
        foreach (var segment in view.Segments)
        {
            if (segment.MinTimeNanos < filter.ToNanos && segment.MaxTimeNanos >= filter.FromNanos)
                AddBlocks(segment, DeletedRows<TBatch>.Of(view, segment), filter, sources, warnings);
        }
        return sources;
    }

    private static void AddParts<TBatch>(EventView<TBatch> view, EventPart<TBatch>[] parts, EventFilter<TBatch> filter, List<EventSource<TBatch>> sources) where TBatch : class, new()
    {
        foreach (var part in parts)
        {
            if (part.MinTimeNanos < filter.ToNanos && part.MaxTimeNanos >= filter.FromNanos)
                sources.Add(new EventSource<TBatch>(part, null, null, DeletedRows<TBatch>.Of(view, part)));
        }
    }

    private static void AddBlocks<TBatch>(EventSegment<TBatch> segment, DeletedRows<TBatch>? deleted, EventFilter<TBatch> filter, List<EventSource<TBatch>> sources, ICollection<string> warnings)
        where TBatch : class, new()
    {
        var wanted = new Dictionary<int, bool>();
        foreach (var block in segment.Blocks)
        {
            if (block.MinTimeNanos >= filter.ToNanos || block.MaxTimeNanos < filter.FromNanos || !filter.WantsBlock(block))
                continue;
            if (WantsAnyTag(segment, block, filter, wanted) && segment.MayContain(block, filter, warnings))
                sources.Add(new EventSource<TBatch>(null, segment, block, deleted));
        }
    }

    /// <summary>Whether a segment may have wanted rows, by its index alone.</summary>
    public static bool MayHave<TBatch>(EventSegment<TBatch> segment, EventFilter<TBatch> filter) where TBatch : class, new()
    {
        var wanted = new Dictionary<int, bool>();
        foreach (var block in segment.Blocks)
        {
            if (block.MinTimeNanos < filter.ToNanos && block.MaxTimeNanos >= filter.FromNanos && WantsAnyTag(segment, block, filter, wanted))
                return true;
        }
        return false;
    }

    private static bool WantsAnyTag<TBatch>(EventSegment<TBatch> segment, BlockEntry block, EventFilter<TBatch> filter, Dictionary<int, bool> wanted)
        where TBatch : class, new()
    {
        foreach (var tag in block.Tags)
        {
            if (!wanted.TryGetValue(tag, out var wants))
                wanted[tag] = wants = filter.WantsTag(segment.Tag(tag));
            if (wants)
                return true;
        }
        return false;
    }
}
