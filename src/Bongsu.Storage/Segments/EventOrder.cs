namespace Bongsu.Storage.Segments;

/// <summary>Sorts rows by time without moving them.</summary>
internal static class EventOrder
{
    /// <summary>The rows of some parts, rows of one time as the parts stand and as they came: the part in the high half, the row in the low.</summary>
    public static long[] Ascending<TBatch>(EventSignal<TBatch> signal, EventPart<TBatch>[] parts) where TBatch : class, new()
    {
        var total = 0;
        foreach (var part in parts)
            total += part.Rows;
        var times = GC.AllocateUninitializedArray<long>(total);
        var places = GC.AllocateUninitializedArray<long>(total);
        var at = 0;
        for (var part = 0; part < parts.Length; part++)
        {
            for (var row = 0; row < parts[part].Rows; row++, at++)
                (times[at], places[at]) = (signal.TimeNanos(parts[part].Batch, row), (long)part << 32 | (uint)row);
        }
        // Why not by time and place at once: numbers alone sort many times faster, and equal times are few.
        Array.Sort(times, places);
        for (var from = 0; from < total;)
        {
            var end = from + 1;
            while (end < total && times[end] == times[from])
                end++;
            places.AsSpan(from, end - from).Sort();
            from = end;
        }
        return places;
    }

    public static int[] Ascending<TBatch>(EventSignal<TBatch> signal, TBatch batch) where TBatch : class, new()
    {
        var count = signal.Count(batch);
        var keys = new (long Time, int Row)[count];
        var (isSorted, isReversed) = (true, true);
        for (var row = 0; row < count; row++)
        {
            keys[row] = (signal.TimeNanos(batch, row), row);
            isSorted &= row == 0 || keys[row].Time >= keys[row - 1].Time;
            isReversed &= row == 0 || keys[row].Time < keys[row - 1].Time;
        }
        if (isReversed)
            Array.Reverse(keys);
        else if (!isSorted)
            Array.Sort(keys);
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = keys[i].Row;
        return order;
    }
}
