namespace Bongsu.Storage.Segments;

/// <summary>Which segments hold what of deletions. Pure.</summary>
internal static class SegmentDeletions
{
    /// <summary>A deletion of the segments that may have something of it, by their indexes.</summary>
    public static EventDeletion<TBatch> Concerning<TBatch>(EventDeletion<TBatch> deletion, EventSegment<TBatch>[] segments) where TBatch : class, new()
    {
        var filter = deletion.NewFilter();
        var holding = new HashSet<long>();
        foreach (var segment in segments)
        {
            if (EventQueries.MayHave(segment, filter))
                holding.Add(segment.Number);
        }
        return deletion.In(holding);
    }

    /// <summary>What is left to delete once segments were written anew; the same array when they had nothing of it.</summary>
    public static EventDeletion<TBatch>[] Without<TBatch>(EventDeletion<TBatch>[] deletions, List<EventSegment<TBatch>> rewritten) where TBatch : class, new()
    {
        var left = new List<EventDeletion<TBatch>>();
        var isChanged = false;
        foreach (var deletion in deletions)
        {
            var numbers = new HashSet<long>(deletion.Segments);
            foreach (var segment in rewritten)
                isChanged |= numbers.Remove(segment.Number);
            if (numbers.Count > 0)
                left.Add(deletion.In(numbers));
        }
        return isChanged ? [.. left] : deletions;
    }
}
