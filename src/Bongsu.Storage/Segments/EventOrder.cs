namespace Bongsu.Storage.Segments;

/// <summary>Sorts rows by time without moving them.</summary>
internal static class EventOrder
{
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
