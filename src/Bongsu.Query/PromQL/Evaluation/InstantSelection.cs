using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>For each step the newest sample within the lookback, unless that is a staleness marker.</summary>
internal static class InstantSelection
{
    public static void Each(SelectorExpr selector, ISeriesSelection selection, TimeGrid grid, QueryContext context, Action<StepSeries> consume,
        bool timestamps = false)
    {
        using var reader = selection.OpenReader();
        var columns = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            columns.Clear();
            reader.Read(i, columns);
            if (columns.IsEmpty)
                continue;
            var series = new StepSeries(selection.Labels(i), context.Rent(grid.Count)) { DropName = timestamps };
            var count = columns.TimesMs.Count + columns.HistogramTimesMs.Count;
            context.Hold(count);
            var any = Fill(selector, columns, grid, context, series, timestamps);
            context.Hold(-count);
            if (any)
                consume(series);
            else
                context.Return(series.Values);
        }
    }

    private static bool Fill(SelectorExpr selector, SampleColumns columns, TimeGrid grid, QueryContext context, StepSeries into, bool timestamps)
    {
        var lookback = (long)context.Options.Lookback.TotalMilliseconds;
        var at = SelectorPlan.FixedTime(selector.At, context.Grid);
        var times = columns.TimesMs.Span;
        var values = columns.Values.Span;
        var histogramTimes = columns.HistogramTimesMs.Span;
        int next = 0, nextHistogram = 0;
        var any = false;
        for (var step = 0; step < grid.Count; step++)
        {
            var moment = (at ?? grid.At(step)) - selector.OffsetMs;
            while (next < times.Length && times[next] <= moment)
                next++;
            while (nextHistogram < histogramTimes.Length && histogramTimes[nextHistogram] <= moment)
                nextHistogram++;
            var time = next > 0 ? times[next - 1] : long.MinValue;
            var histogramTime = nextHistogram > 0 ? histogramTimes[nextHistogram - 1] : long.MinValue;
            var newest = Math.Max(time, histogramTime);
            if (newest == long.MinValue || newest <= moment - lookback)
                continue;
            var histogram = histogramTime > time ? columns.Histograms[nextHistogram - 1] : null;
            if (histogram is null ? SampleValues.IsStale(values[next - 1]) : histogram.IsStale)
                continue;
            any = true;
            if (timestamps)
                into.Values[step] = newest / 1000.0;
            else if (histogram is not null)
                into.Set(step, histogram);
            else
                into.Values[step] = values[next - 1];
        }
        return any;
    }
}
