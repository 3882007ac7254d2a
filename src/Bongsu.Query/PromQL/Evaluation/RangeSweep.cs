using System.Runtime.InteropServices;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The result of a range function at one step: nothing, a float or a histogram.</summary>
internal readonly record struct RangeResult(bool HasValue, double Value, NativeHistogram? Histogram)
{
    public static RangeResult None => default;

    public static RangeResult Of(double value) => new(true, value, null);

    public static RangeResult Of(NativeHistogram histogram) => new(true, 0, histogram);
}

internal delegate RangeResult RangeFunction(in RangeWindow window);

/// <summary>Moves a window over the samples of one series, step by step, with two pointers a column: each sample is passed twice, never searched.</summary>
internal static class RangeSweep
{
    // Why: a window may hold millions of samples and be looked at in thousands of steps; this many take about a millisecond.
    private const int WorkBetweenChecks = 1_000_000;

    /// <summary>Applies a function to the window of each step; true when it gave any value.</summary>
    /// <param name="samples">The series, without staleness markers.</param>
    /// <param name="labels">Its labels, for messages.</param>
    /// <param name="grid">Steps to evaluate.</param>
    /// <param name="range">The window.</param>
    /// <param name="function">What to compute.</param>
    /// <param name="context">Asked now and then whether to go on.</param>
    /// <param name="into">One slot a step.</param>
    /// <param name="seen">Samples in all windows together.</param>
    public static bool Run(SampleColumns samples, LabelSet labels, TimeGrid grid, RangeSpec range, RangeFunction function, QueryContext context, StepSeries into,
        out long seen)
    {
        seen = 0;
        var times = samples.TimesMs.Span;
        var values = samples.Values.Span;
        var histogramTimes = samples.HistogramTimesMs.Span;
        var histograms = CollectionsMarshal.AsSpan(samples.Histograms);
        var starts = samples.StartTimesMs.Span;
        var histogramStarts = samples.HistogramStartTimesMs.Span;
        var isMonotonic = SampleScan.IsMonotonic(values);
        int low = 0, high = 0, histogramLow = 0, histogramHigh = 0;
        var any = false;
        long work = 0;
        for (var step = 0; step < grid.Count; step++)
        {
            var end = (range.FixedMs ?? grid.At(step)) - range.OffsetMs;
            var begin = end - range.RangeMs;
            Advance(times, begin, end, ref low, ref high);
            Advance(histogramTimes, begin, end, ref histogramLow, ref histogramHigh);
            if (low == high && histogramLow == histogramHigh)
                continue;
            seen += high - low + (histogramHigh - histogramLow);
            work += high - low + (histogramHigh - histogramLow);
            if (work > WorkBetweenChecks)
            {
                context.Check();
                work = 0;
            }
            var result = function(new RangeWindow
            {
                Labels = labels,
                Times = times[low..high],
                Values = values[low..high],
                HistogramTimes = histogramTimes[histogramLow..histogramHigh],
                Histograms = histograms[histogramLow..histogramHigh],
                StartTimes = starts.IsEmpty ? default : starts[low..high],
                HistogramStartTimes = histogramStarts.IsEmpty ? default : histogramStarts[histogramLow..histogramHigh],
                Step = step,
                EvaluatedMs = grid.At(step),
                BeginMs = begin,
                EndMs = end,
                IsMonotonic = isMonotonic,
            });
            if (!result.HasValue)
                continue;
            any = true;
            if (result.Histogram is not null)
                into.Set(step, result.Histogram);
            else
                into.Values[step] = result.Value;
        }
        return any;
    }

    private static void Advance(ReadOnlySpan<long> times, long begin, long end, ref int low, ref int high)
    {
        while (high < times.Length && times[high] <= end)
            high++;
        while (low < high && times[low] <= begin)
            low++;
    }
}

/// <summary>Which samples a step sees: (t - offset - range, t - offset], where t is the step's moment or a fixed one.</summary>
internal readonly record struct RangeSpec(long RangeMs, long OffsetMs, long? FixedMs)
{
    /// <summary>The windows of the steps; of a fixed one there is one.</summary>
    public WindowGrid Windows(TimeGrid grid) =>
        new((FixedMs ?? grid.StartMs) - OffsetMs, grid.StepMs, FixedMs is null ? grid.Count : Math.Min(grid.Count, 1), RangeMs);
}
