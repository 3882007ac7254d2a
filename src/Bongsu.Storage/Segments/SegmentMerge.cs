namespace Bongsu.Storage.Segments;

/// <summary>Makes one segment of a run of small ones, so that weeks of low traffic or hours of high traffic do not leave thousands of files.</summary>
internal static class SegmentMerge
{
    private const int MinRun = 4;
    private const int MaxRun = 32;

    /// <summary>Beyond it one merge takes the disk and a core for long, and a damaged file takes much with it.</summary>
    private const long MaxBytes = 64L << 20;

    // Retention deletes whole segments by their last time: it stays this exact.
    private const long MaxSpreadNanos = 6L * 3600 * 1_000_000_000;

    /// <summary>
    /// The first run worth merging: neighbours that end within some hours and none of them half of the whole, so that a row is rewritten only as
    /// often as its segment doubles. The youngest are left: a restart reads them for repeats.
    /// </summary>
    public static List<EventSegment<TBatch>>? Plan<TBatch>(EventSegment<TBatch>[] segments, long nowMs) where TBatch : class, new()
    {
        for (var start = 0; start + MinRun <= segments.Length; start++)
        {
            var count = Longest(segments.AsSpan(start, Math.Min(MaxRun, segments.Length - start)), nowMs);
            if (count > 0)
                return [.. segments.AsSpan(start, count)];
        }
        return null;
    }

    /// <summary>Writes the run, less what is deleted of it, over its last segment; false, and nothing written, when some of it is damaged: what can still be read stays as it is.</summary>
    /// <exception cref="IOException">The disk is full or failing; the run stands as before.</exception>
    public static bool TryWrite<TBatch>(Disk disk, EventSignal<TBatch> signal, EventView<TBatch> view, List<EventSegment<TBatch>> run, CancellationToken cancellationToken)
        where TBatch : class, new()
    {
        var warnings = new List<string>();
        var sources = new List<EventSource<TBatch>>();
        var copies = new List<(EventSegment<TBatch> Segment, int Block)>();
        var (walThrough, sealedMs) = (0L, 0L);
        foreach (var segment in run)
        {
            walThrough = Math.Max(walThrough, segment.WalThrough);
            sealedMs = Math.Max(sealedMs, segment.SealedMs);
            var deleted = DeletedRows<TBatch>.Of(signal, view, segment);
            for (var i = 0; i < segment.Blocks.Count; i++)
            {
                // A block that is large already gains nothing by being written anew.
                if (deleted is null && segment.IsOfPresentFormat && segment.Blocks[i].Rows >= signal.BlockRows / 2)
                    copies.Add((segment, i));
                else
                    sources.Add(new EventSource<TBatch>(null, segment, segment.Blocks[i], deleted));
            }
        }
        var merge = new EventMerge<TBatch>(signal, sources, new AllRows<TBatch>(), newestFirst: false, warnings);
        merge.Sort();
        // One segment written anew replaces itself alone.
        var replacesFrom = run[0].ReplacesFrom > 0 ? run[0].ReplacesFrom : run.Count == 1 ? 0 : run[0].Number;
        return new SegmentWriter<TBatch>(disk, signal.Fork()).TryMerge(run[^1].Path, copies, merge, warnings, replacesFrom, walThrough, sealedMs, cancellationToken);
    }

    private static int Longest<TBatch>(ReadOnlySpan<EventSegment<TBatch>> segments, long nowMs) where TBatch : class, new()
    {
        var (found, size, largest) = (0, 0L, 0L);
        var (min, max) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            // Why not below: a clock that was set back would hold merging up for as long.
            if (segment.IsDamaged || Math.Abs(nowMs - segment.SealedMs) < (long)RecentKeys.Window.TotalMilliseconds)
                break;
            size += segment.SizeBytes;
            largest = Math.Max(largest, segment.SizeBytes);
            min = Math.Min(min, segment.MaxTimeNanos);
            max = Math.Max(max, segment.MaxTimeNanos);
            if (size > MaxBytes || (Int128)max - min > MaxSpreadNanos)
                break;
            if (i + 1 >= MinRun && size >= largest * 2)
                found = i + 1;
        }
        return found;
    }
}
