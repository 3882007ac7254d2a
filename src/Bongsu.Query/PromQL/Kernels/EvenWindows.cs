namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// Windows over samples at an even pace that divides the step: from step <see cref="First"/> up to, but not including, <see cref="Last"/> each window
/// holds <see cref="Count"/> samples, and each begins <see cref="Stride"/> samples after the one before. Window First begins at sample <see cref="Low"/>.
/// </summary>
internal readonly record struct EvenWindows(int First, int Last, int Low, int Count, int Stride)
{
    /// <summary>The windows that lie wholly where samples are; empty when the samples or the steps are not such.</summary>
    public static EvenWindows Of(ReadOnlySpan<long> times, WindowGrid windows)
    {
        if (windows.Count < 3 || times.Length < 3)
            return default;
        var interval = times[1] - times[0];
        if (interval <= 0 || windows.StepMs % interval != 0 || windows.StepMs / interval > int.MaxValue || !SampleScan.IsEven(times))
            return default;
        // A window is whole when a sample an interval before the first, or after the last, would lie outside of it.
        var first = CeilingDivide(times[0] - interval - windows.BeginMs(0), windows.StepMs);
        var last = (times[^1] + interval - 1 - windows.EndMs(0)) / windows.StepMs + 1;
        first = Math.Max(first, 0);
        last = times[^1] + interval - 1 < windows.EndMs(0) ? 0 : Math.Min(last, windows.Count);
        if (first >= last)
            return default;
        var low = (windows.BeginMs((int)first) - times[0] + interval) / interval;
        var high = (windows.EndMs((int)first) - times[0] + interval) / interval;
        return new EvenWindows((int)first, (int)last, (int)low, (int)(high - low), (int)(windows.StepMs / interval));
    }

    private static long CeilingDivide(long a, long b) => a <= 0 ? 0 : (a + b - 1) / b;
}
