namespace Bongsu.Storage.Head;

/// <summary>Where a time range stands in ascending times.</summary>
internal static class TimeRange
{
    /// <summary>The part in [from, to], both inclusive: first index, and the one behind the last.</summary>
    public static (int Start, int End) Of(ReadOnlySpan<long> times, long fromMs, long toMs)
    {
        // Fast path: all of it.
        if (times.IsEmpty || (times[0] >= fromMs && times[^1] <= toMs))
            return (0, times.Length);
        var start = times.BinarySearch(fromMs);
        var end = times.BinarySearch(toMs);
        start = start < 0 ? ~start : start;
        end = end < 0 ? ~end : end + 1;
        return (start, Math.Max(start, end));
    }
}
