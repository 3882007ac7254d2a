using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Deleted times of one series: inclusive at both ends, ascending, apart from each other.</summary>
internal static class Intervals
{
    public static List<(long FromMs, long ToMs)> Of(Deletion[] deletions, LabelSet labels)
    {
        var intervals = new List<(long FromMs, long ToMs)>();
        foreach (var deletion in deletions)
        {
            if (deletion.FromMs <= deletion.ToMs && deletion.Matches(labels))
                intervals.Add((deletion.FromMs, deletion.ToMs));
        }
        if (intervals.Count < 2)
            return intervals;
        intervals.Sort();
        var last = 0;
        for (var i = 1; i < intervals.Count; i++)
        {
            // Whole milliseconds: what begins right behind another continues it.
            if (intervals[last].ToMs == long.MaxValue || intervals[i].FromMs <= intervals[last].ToMs + 1)
                intervals[last] = (intervals[last].FromMs, Math.Max(intervals[last].ToMs, intervals[i].ToMs));
            else
                intervals[++last] = intervals[i];
        }
        intervals.RemoveRange(last + 1, intervals.Count - last - 1);
        return intervals;
    }

    public static bool Cover(List<(long FromMs, long ToMs)> intervals, long fromMs, long toMs)
    {
        foreach (var interval in intervals)
        {
            if (interval.FromMs <= fromMs && interval.ToMs >= toMs)
                return true;
        }
        return false;
    }

    public static bool Touch(List<(long FromMs, long ToMs)> intervals, long fromMs, long toMs)
    {
        foreach (var interval in intervals)
        {
            if (interval.FromMs <= toMs && interval.ToMs >= fromMs)
                return true;
        }
        return false;
    }

    /// <summary>Appends what no interval holds.</summary>
    public static void AppendLeft(SampleColumns samples, List<(long FromMs, long ToMs)> intervals, SampleColumns into)
    {
        var from = long.MinValue;
        foreach (var interval in intervals)
        {
            if (interval.FromMs > from)
                SampleMerge.AppendRange(samples, from, interval.FromMs - 1, into);
            if (interval.ToMs == long.MaxValue)
                return;
            from = interval.ToMs + 1;
        }
        SampleMerge.AppendRange(samples, from, long.MaxValue, into);
    }
}
