namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// The windows of a range aggregation, one for each step: open at the start, closed at the end. Finds those that a time is in by arithmetic, and remembers
/// how long that holds, since times come in order. Not thread-safe.
/// </summary>
internal sealed class StepWindows(long[] stepsNanos, long rangeNanos, long offsetNanos)
{
    // Why an eighth: sums of times and steps stay below the largest number. A single step has no other near it.
    private readonly long _step = stepsNanos.Length > 1 ? stepsNanos[1] - stepsNanos[0] : long.MaxValue / 8;
    private long _after = long.MaxValue;
    private long _upTo = long.MinValue;

    public int Count => stepsNanos.Length;

    public long RangeNanos => rangeNanos;

    /// <summary>The first window of the last time asked for.</summary>
    public int First { get; private set; }

    /// <summary>One beyond its last window; not above <see cref="First"/> when it is between windows.</summary>
    public int End { get; private set; }

    /// <summary>When a window ends.</summary>
    public long EndOf(int step) => stepsNanos[step] - offsetNanos;

    // Hot path: two comparisons for most times.
    public void Seek(long timeNanos)
    {
        if (timeNanos <= _after || timeNanos > _upTo)
            Find(timeNanos);
    }

    private void Find(long timeNanos)
    {
        var sinceFirst = timeNanos + offsetNanos - stepsNanos[0];
        // Windows from the first that has not ended before the time to the last that has begun before it, as if there were steps without end.
        var (first, end) = (Steps(sinceFirst), Steps(sinceFirst + rangeNanos));
        First = (int)Math.Clamp(first, 0, stepsNanos.Length);
        End = (int)Math.Clamp(end, 0, stepsNanos.Length);
        _upTo = Math.Min(TimeOf(first), TimeOf(end) - rangeNanos);
        _after = Math.Max(TimeOf(first - 1), TimeOf(end - 1) - rangeNanos);
    }

    // How many steps, from the first one on, lie before a time.
    private long Steps(long nanos) => nanos / _step + (nanos % _step > 0 ? 1 : 0);

    private long TimeOf(long step) => stepsNanos[0] + step * _step - offsetNanos;
}
