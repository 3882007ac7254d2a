using System.Numerics;
using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Metrics;

/// <summary>Folds samples into runs.</summary>
public static class SampleRuns
{
    /// <summary>
    /// Appends the runs of samples between cuts: a run ends with the last sample at or before a cut. Nothing is appended for a stretch without samples.
    /// </summary>
    /// <param name="timesMs">Ascending, ms since the epoch.</param>
    /// <param name="values">As many.</param>
    /// <param name="cutsMs">Ascending, ms since the epoch.</param>
    /// <param name="into">The caller's buffer.</param>
    public static void Append(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, ReadOnlySpan<long> cutsMs, Column<SampleRun> into)
    {
        // Hot path: 1 ns a sample, 2.3 ns where values fall, 0 B/op (see RunQueryBenchmark).
        var cut = 0;
        for (int start = 0, end; start < timesMs.Length; start = end)
        {
            while (cut < cutsMs.Length && cutsMs[cut] < timesMs[start])
                cut++;
            end = timesMs.Length;
            if (cut < cutsMs.Length && cutsMs[cut] < timesMs[end - 1])
                end = FirstAfter(timesMs, start, cutsMs[cut]);
            if (TryFold(timesMs[start..end], values[start..end], out var run))
                into.Add(run);
        }
    }

    private static bool TryFold(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, out SampleRun run)
    {
        // Fast path: a counter that was not reset.
        if (IsAscending(values, out var sum))
        {
            run = new SampleRun(timesMs[0], timesMs[^1], values.Length, values[0], values[^1], sum, values[0], values[^1], 0, 0);
            return true;
        }
        run = default;
        var first = NextSample(values, 0);
        if (first == values.Length)
            return false;
        run = Fold(timesMs, values, first);
        return true;
    }

    // As SampleRun.Then, sample by sample, in registers.
    private static SampleRun Fold(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, int first)
    {
        var last = first;
        var count = 1L;
        var previous = values[first];
        var (sum, min, max, resets, resetAmount) = (previous, previous, previous, 0L, 0.0);
        for (var i = first + 1; i < values.Length; i++)
        {
            var value = values[i];
            if (SampleValues.IsStale(value))
                continue;
            (last, count) = (i, count + 1);
            sum += value;
            if (value < min || double.IsNaN(min))
                min = value;
            if (value > max || double.IsNaN(max))
                max = value;
            if (value < previous)
            {
                resets++;
                resetAmount += previous;
            }
            previous = value;
        }
        return new SampleRun(timesMs[first], timesMs[last], count, values[first], previous, sum, min, max, resets, resetAmount);
    }

    // Whether no value falls below the one before it, and none is NaN; adds them up as it goes.
    private static bool IsAscending(ReadOnlySpan<double> values, out double sum)
    {
        sum = values[0];
        if (double.IsNaN(sum))
            return false;
        var sums = Vector<double>.Zero;
        var at = 1;
        for (; at + Vector<double>.Count <= values.Length; at += Vector<double>.Count)
        {
            var now = new Vector<double>(values[at..]);
            if (!Vector.GreaterThanOrEqualAll(now, new Vector<double>(values[(at - 1)..])))
                return false;
            sums += now;
        }
        sum += Vector.Sum(sums);
        for (; at < values.Length; at++)
        {
            if (!(values[at] >= values[at - 1]))
                return false;
            sum += values[at];
        }
        return true;
    }

    private static int NextSample(ReadOnlySpan<double> values, int from)
    {
        while (from < values.Length && SampleValues.IsStale(values[from]))
            from++;
        return from;
    }

    // Cuts lie near each other or far apart: the stride doubles until it has passed the cut, then the rest is halved.
    private static int FirstAfter(ReadOnlySpan<long> timesMs, int from, long cutMs)
    {
        var (low, stride) = (from, 1);
        while (low + stride < timesMs.Length && timesMs[low + stride] <= cutMs)
        {
            low += stride;
            stride *= 2;
        }
        var high = Math.Min(low + stride, timesMs.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (timesMs[middle] <= cutMs)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
