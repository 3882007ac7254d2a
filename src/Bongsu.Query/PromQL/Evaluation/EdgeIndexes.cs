namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The samples that speak for the two ends of a range: the last one not after its begin (or the first there is), and the one at or next to its end.</summary>
internal readonly record struct EdgeIndexes(int First, int Last)
{
    /// <summary>Null when the samples say nothing of the range.</summary>
    public static EdgeIndexes? Find(ReadOnlySpan<long> times, long beginMs, long endMs, bool smoothed)
    {
        if (times.IsEmpty)
            return null;
        var last = times.Length - 1;
        var first = 0;
        while (first < last && times[first] <= beginMs)
            first++;
        first = Math.Max(0, first - 1);
        if (smoothed)
        {
            var end = 0;
            while (end < last && times[end] < endMs)
                end++;
            last = end;
        }
        return times[last] <= beginMs || (smoothed && times[first] > endMs) ? null : new EdgeIndexes(first, last);
    }
}
