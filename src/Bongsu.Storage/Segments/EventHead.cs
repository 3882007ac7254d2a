namespace Bongsu.Storage.Segments;

/// <summary>
/// What is not sealed yet: parts as they were appended, small ones merged as they gather so that senders of single records do not make the head a
/// heap of tiny batches. Immutable: adding gives a new head that shares the parts.
/// </summary>
internal sealed class EventHead<TBatch> where TBatch : class, new()
{
    public static readonly EventHead<TBatch> Empty = new([], 0, 0);

    // Eight parts of one size class become one of the next; each row is copied once a class.
    private const int Fan = 8;
    private const int MaxMergeRows = 4096;

    private EventHead(EventPart<TBatch>[] parts, long rows, long sizeBytes)
    {
        Parts = parts;
        Rows = rows;
        SizeBytes = sizeBytes;
    }

    public EventPart<TBatch>[] Parts { get; }
    public long Rows { get; }
    public long SizeBytes { get; }

    public EventHead<TBatch> Add(EventSignal<TBatch> signal, List<TBatch> batches)
    {
        var parts = new List<EventPart<TBatch>>(Parts.Length + batches.Count);
        parts.AddRange(Parts);
        foreach (var batch in batches)
        {
            parts.Add(new EventPart<TBatch>(signal, batch));
            while (TryMerge(signal, parts))
            {
            }
        }
        var (rows, size) = (0L, 0L);
        foreach (var part in parts)
        {
            rows += part.Rows;
            size += part.SizeBytes;
        }
        return new EventHead<TBatch>([.. parts], rows, size);
    }

    /// <summary>The head less what is deleted.</summary>
    public EventHead<TBatch> Without(EventSignal<TBatch> signal, DeletedRows<TBatch> deleted, RecentKeys? keys)
    {
        var left = new List<TBatch>(Parts.Length);
        var isSame = true;
        foreach (var part in Parts)
        {
            var batch = deleted.Left(signal, part.Batch, keys);
            isSame &= batch == part.Batch;
            if (batch is not null)
                left.Add(batch);
        }
        return isSame ? this : Empty.Add(signal, left);
    }

    private static bool TryMerge(EventSignal<TBatch> signal, List<EventPart<TBatch>> parts)
    {
        if (parts.Count < Fan)
            return false;
        // The newest parts, when none is of a larger class than what they make together would reach.
        var from = parts.Count - Fan;
        var (largest, total) = (0, 0);
        for (var i = from; i < parts.Count; i++)
        {
            largest = Math.Max(largest, parts[i].Rows);
            total += parts[i].Rows;
        }
        if (largest >= MaxMergeRows || total < largest * 2)
            return MergeTail(signal, parts, largest);
        Merge(signal, parts, from);
        return true;
    }

    // One part much larger than the rest: leave it, and merge the small ones behind it once they are many.
    private static bool MergeTail(EventSignal<TBatch> signal, List<EventPart<TBatch>> parts, int largest)
    {
        var from = parts.Count;
        while (from > 0 && parts[from - 1].Rows < Math.Min(largest, MaxMergeRows))
            from--;
        if (parts.Count - from < Fan * 2)
            return false;
        Merge(signal, parts, from);
        return true;
    }

    private static void Merge(EventSignal<TBatch> signal, List<EventPart<TBatch>> parts, int from)
    {
        var copier = signal.NewCopier();
        for (var i = from; i < parts.Count; i++)
        {
            for (var row = 0; row < parts[i].Rows; row++)
                copier.Copy(parts[i].Batch, row);
        }
        parts.RemoveRange(from, parts.Count - from);
        parts.Add(new EventPart<TBatch>(signal, copier.Target));
    }
}
