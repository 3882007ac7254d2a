namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// Finds the samples of one window after the other: they are those from <see cref="Low"/> up to, but not including, <see cref="High"/>. Both bounds
/// first jump as far as they moved for the step before, then walk: with samples at a nearly even pace that is a constant cost a step, and never more
/// than a few times the number of samples in all. Steps must ascend.
/// </summary>
internal ref struct WindowCursor
{
    private readonly ReadOnlySpan<long> _times;
    private readonly WindowGrid _windows;
    private Bound _low;
    private Bound _high;

    /// <param name="times">Of the samples, ascending.</param>
    /// <param name="windows">All windows.</param>
    /// <param name="from">The first step that will be asked for.</param>
    public WindowCursor(ReadOnlySpan<long> times, WindowGrid windows, int from = 0)
    {
        _times = times;
        _windows = windows;
        _low = new Bound(FirstAfter(times, windows.BeginMs(from)));
        _high = new Bound(FirstAfter(times, windows.EndMs(from)));
    }

    public readonly int Low => _low.At;

    public readonly int High => _high.At;

    public readonly int Count => _high.At - _low.At;

    public void MoveTo(int step)
    {
        var end = _windows.EndMs(step);
        _high.MoveTo(_times, end);
        _low.MoveTo(_times, end - _windows.RangeMs);
    }

    private static int FirstAfter(ReadOnlySpan<long> times, long bound)
    {
        int low = 0, high = times.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] <= bound)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The index of the first sample after a moment that only grows.</summary>
    private struct Bound(int at)
    {
        private int _stride;

        public int At { get; private set; } = at;

        public void MoveTo(ReadOnlySpan<long> times, long bound)
        {
            var from = At;
            var at = Math.Min(from + _stride, times.Length);
            while (at < times.Length && times[at] <= bound)
                at++;
            while (at > from && times[at - 1] > bound)
                at--;
            _stride = at - from;
            At = at;
        }
    }
}
