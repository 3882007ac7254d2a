using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>histogram_fraction over classic and native histograms alike.</summary>
internal static class HistogramFractions
{
    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var context = evaluator.Context;
        var lower = evaluator.Scalar(call.Arguments[0], grid);
        var upper = evaluator.Scalar(call.Arguments[1], grid);
        var argument = call.Arguments[2];
        var all = evaluator.Vector(argument, grid);
        var counts = new BucketCounts();
        foreach (var histogram in ClassicHistograms.Gather(all, grid, context, argument))
        {
            var result = new StepSeries(histogram.Labels, context.Rent(grid.Count)) { DropName = true };
            for (var step = 0; step < grid.Count; step++)
                result.Values[step] = At(context, argument, histogram, counts, step, lower[step], upper[step]);
            consume(result);
        }
        context.Return(all);
        context.Return(lower);
        context.Return(upper);
    }

    private static double At(QueryContext context, PromExpr argument, ClassicHistogram histogram, BucketCounts counts, int step, double lower, double upper)
    {
        var native = histogram.Native?.Histogram(step);
        counts.Read(histogram, step);
        if (native is not null && counts.Count > 0)
        {
            context.Warn(argument, QueryContext.ForMetric("vector contains a mix of classic and native histograms", histogram.FirstSeries));
            return StepSeries.Absent;
        }
        if (native is null)
            return counts.Count == 0 ? StepSeries.Absent : counts.Fraction(lower, upper);
        if (HistogramStatistics.HasNaNs(native))
        {
            context.Info(argument, QueryContext.ForMetric("input to histogram_fraction has NaN observations, which are excluded from all fractions",
                histogram.FirstSeries));
        }
        return HistogramStatistics.Fraction(native, lower, upper);
    }
}
