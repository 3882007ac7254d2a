using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>rate, increase and delta.</summary>
internal sealed class RateKernel(bool isCounter, bool isRate) : RangeKernel
{
    // Hot path: 3 ns a window at an even pace, 11 ns else, 0 B/op (see RangeKernelBenchmark).
    private readonly CounterResets _resets = new();

    public override long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into)
    {
        var resets = isCounter && !isMonotonic && _resets.Load(values) ? _resets : null;
        var even = EvenWindows.Of(times, windows);
        if (even.Last == 0)
            return Walk(times, values, resets, windows, 0, windows.Count, into);
        return Walk(times, values, resets, windows, 0, even.First, into)
            + Even(times, values, resets, windows, even, into)
            + Walk(times, values, resets, windows, even.Last, windows.Count, into);
    }

    // Slow path: windows of any shape.
    private long Walk(ReadOnlySpan<long> times, ReadOnlySpan<double> values, CounterResets? resets, WindowGrid windows, int from, int to, Span<double> into)
    {
        if (from == to)
            return 0;
        var cursor = new WindowCursor(times, windows, from);
        long seen = 0;
        for (var step = from; step < to; step++)
        {
            cursor.MoveTo(step);
            var (low, high) = (cursor.Low, cursor.High);
            seen += high - low;
            if (high - low < 2)
            {
                into[step] = SampleValues.StaleNaN;
                continue;
            }
            var first = values[low];
            var change = resets is null ? values[high - 1] - first : resets.Change(values, low, high);
            var extrapolation = new Extrapolation(times[low], times[high - 1], high - low, windows.BeginMs(step), windows.EndMs(step), isRate);
            into[step] = change * (isCounter && Extrapolation.IsNearZero(change, first) ? extrapolation.CounterFactor(change, first) : extrapolation.Factor);
        }
        return seen;
    }

    // Fast path: each window is the one before, moved by whole samples, so that what it is stretched by is the same for all.
    private long Even(ReadOnlySpan<long> times, ReadOnlySpan<double> values, CounterResets? resets, WindowGrid windows, EvenWindows even, Span<double> into)
    {
        var steps = into[even.First..even.Last];
        if (even.Count < 2)
        {
            steps.Fill(SampleValues.StaleNaN);
            return (long)steps.Length * even.Count;
        }
        var extrapolation = new Extrapolation(times[even.Low], times[even.Low + even.Count - 1], even.Count, windows.BeginMs(even.First),
            windows.EndMs(even.First), isRate);
        var factor = extrapolation.Factor;
        var lasts = values[(even.Count - 1)..];
        for (int step = 0, low = even.Low; step < steps.Length; step++, low += even.Stride)
        {
            var first = values[low];
            var change = resets is null ? lasts[low] - first : resets.Change(values, low, low + even.Count);
            steps[step] = change * (isCounter && Extrapolation.IsNearZero(change, first) ? extrapolation.CounterFactor(change, first) : factor);
        }
        return (long)steps.Length * even.Count;
    }
}
