using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The histogram_* functions: of native histograms as they are, of classic ones gathered from their bucket series.</summary>
internal static class HistogramFunctions
{
    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        switch (call.Function.Name)
        {
            case "histogram_quantile":
                var q = evaluator.Scalar(call.Arguments[0], grid);
                new HistogramQuantiles(evaluator, call.Arguments[0], call.Arguments[1], grid).Evaluate(q, null, null, consume);
                evaluator.Context.Return(q);
                break;
            case "histogram_quantiles":
                Quantiles(evaluator, call, grid, consume);
                break;
            case "histogram_fraction":
                HistogramFractions.Each(evaluator, call, grid, consume);
                break;
            default:
                var read = Reading(call.Function.Name);
                evaluator.Each(call.Arguments[0], grid, series => Map(evaluator.Context, series, grid, read, consume));
                break;
        }
    }

    private static Func<NativeHistogram, double> Reading(string name) => name switch
    {
        "histogram_count" => h => h.Count,
        "histogram_sum" => h => h.Sum,
        "histogram_avg" => h => h.Sum / h.Count,
        "histogram_stdvar" => HistogramStatistics.Variance,
        _ => h => Math.Sqrt(HistogramStatistics.Variance(h)),
    };

    private static void Map(QueryContext context, StepSeries series, TimeGrid grid, Func<NativeHistogram, double> read, Action<StepSeries> consume)
    {
        var any = false;
        for (var i = 0; i < grid.Count; i++)
        {
            var histogram = series.Histogram(i);
            series.Values[i] = histogram is null ? StepSeries.Absent : read(histogram);
            any |= histogram is not null;
        }
        series.Histograms = null;
        series.DropName = true;
        if (any)
            consume(series);
        else
            context.Return(series.Values);
    }

    private static void Quantiles(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var label = Evaluator.Text(call.Arguments[1]);
        if (label.Length == 0 || label.Contains('\uFFFD', StringComparison.Ordinal))
            throw evaluator.Context.Fail(call.Arguments[1], $"invalid label name {PromQlPrinter.Quote(label)}");
        for (var i = 2; i < call.Arguments.Count; i++)
        {
            var q = evaluator.Scalar(call.Arguments[i], grid);
            // Why: the label shows the quantile itself, so one that changes from step to step has none.
            var text = grid.Count > 0 ? LabelText(q[0]) : "";
            new HistogramQuantiles(evaluator, call.Arguments[i], call.Arguments[0], grid).Evaluate(q, label, text, consume);
            evaluator.Context.Return(q);
        }
    }

    // As OpenMetrics writes floats, so that the label is the same as that of a summary: 1.0, not 1.
    private static string LabelText(double value)
    {
        var text = PromNumber.Format(value);
        return text.AsSpan().ContainsAnyExcept("-0123456789") ? text : text + ".0";
    }
}
