namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>How many lines of one series, and of how many bytes, lie in each window: kept as changes from window to window. Not thread-safe.</summary>
internal sealed class CountSeries
{
    private WindowList<Change> _changes = new();

    /// <summary>Counts a line in the windows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void Add(int first, int end, long bytes)
    {
        var changes = _changes.Of(first, end + 1);
        ref var up = ref changes[0];
        up.Lines++;
        up.Bytes += bytes;
        ref var down = ref changes[^1];
        down.Lines--;
        down.Bytes -= bytes;
    }

    /// <summary>Lines, or their bytes, of every window that has lines, divided by <paramref name="divisor"/>.</summary>
    public void Write(StepSeries into, bool isOfBytes, double divisor)
    {
        var (lines, bytes, step) = (0L, 0L, _changes.First);
        foreach (ref readonly var change in _changes.Items)
        {
            lines += change.Lines;
            bytes += change.Bytes;
            if (lines > 0)
                into.Set(step, (isOfBytes ? bytes : lines) / divisor);
            step++;
        }
    }

    private struct Change
    {
        public long Lines;
        public long Bytes;
    }
}
