namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>How many lines of one series, and of how many bytes, lie in each window: as changes from window to window, from the first that has any. Not thread-safe.</summary>
internal sealed class CountSeries
{
    private Change[] _changes = [];
    private int _first;

    /// <summary>Counts a line in the windows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void Add(int first, int end, long bytes)
    {
        if (first < _first || end - _first >= _changes.Length)
            Cover(first, end);
        ref var up = ref _changes[first - _first];
        up.Lines++;
        up.Bytes += bytes;
        ref var down = ref _changes[end - _first];
        down.Lines--;
        down.Bytes -= bytes;
    }

    /// <summary>Lines and bytes of windows one after the other; those beyond the last that has any have none.</summary>
    public IEnumerable<(int Step, long Lines, long Bytes)> Windows()
    {
        var (lines, bytes) = (0L, 0L);
        for (var i = 0; i < _changes.Length; i++)
        {
            lines += _changes[i].Lines;
            bytes += _changes[i].Bytes;
            if (lines > 0)
                yield return (_first + i, lines, bytes);
        }
    }

    // Times come in order, so it grows at its end; most series of many live in a few windows.
    private void Cover(int first, int end)
    {
        if (_changes.Length == 0)
            _first = first;
        var from = Math.Min(first, _first);
        var size = Math.Max(_first + _changes.Length, end + 1) - from;
        var grown = new Change[Math.Max(size, _changes.Length * 2)];
        _changes.CopyTo(grown, _first - from);
        (_changes, _first) = (grown, from);
    }

    private struct Change
    {
        public long Lines;
        public long Bytes;
    }
}
