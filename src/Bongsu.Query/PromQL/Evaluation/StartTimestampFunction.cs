using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>start_timestamp(): of a plain selector when the counter behind each sample began, 0 where unknown; of anything else nothing.</summary>
internal static class StartTimestampFunction
{
    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        if (call.Arguments[0].Bare() is not SelectorExpr selector)
            return;
        var context = evaluator.Context;
        var selection = evaluator.Selection(selector);
        using var reader = selection.OpenReader();
        var columns = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            context.Check();
            columns.Clear();
            reader.Read(i, columns);
            var series = new StepSeries(selection.Labels(i), context.Rent(grid.Count)) { DropName = true };
            if (Fill(selector, columns, grid, context, series))
                consume(series);
            else
                context.Return(series.Values);
        }
    }

    private static bool Fill(SelectorExpr selector, SampleColumns columns, TimeGrid grid, QueryContext context, StepSeries into)
    {
        var lookback = (long)context.Options.Lookback.TotalMilliseconds;
        var at = SelectorPlan.FixedTime(selector.At, context.Grid);
        var any = false;
        for (var step = 0; step < grid.Count; step++)
        {
            var moment = (at ?? grid.At(step)) - selector.OffsetMs;
            var newest = Newest(columns.TimesMs.Span, moment, lookback);
            var newestHistogram = Newest(columns.HistogramTimesMs.Span, moment, lookback);
            if (newest < 0 && newestHistogram < 0)
                continue;
            var isHistogram = newest < 0 || (newestHistogram >= 0 && columns.HistogramTimesMs[newestHistogram] > columns.TimesMs[newest]);
            if (isHistogram ? columns.Histograms[newestHistogram].IsStale : SampleValues.IsStale(columns.Values[newest]))
                continue;
            var starts = isHistogram ? columns.HistogramStartTimesMs : columns.StartTimesMs;
            into.Values[step] = starts.Count > 0 ? starts[isHistogram ? newestHistogram : newest] / 1000.0 : 0;
            any = true;
        }
        return any;
    }

    // The last sample not after the moment and within the lookback; -1 when there is none.
    private static int Newest(ReadOnlySpan<long> times, long moment, long lookback)
    {
        var at = times.BinarySearch(moment);
        var index = at >= 0 ? at : ~at - 1;
        return index >= 0 && times[index] > moment - lookback ? index : -1;
    }
}
