using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>absent and absent_over_time: one series of 1 where there is nothing, labelled by the selector's equality matchers.</summary>
internal static class Absence
{
    public static void Vector(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var result = evaluator.Constant(1, grid);
        evaluator.Each(call.Arguments[0], grid, series => Clear(evaluator, grid, series, result));
        Finish(evaluator, grid, LabelsOf(SelectorOf(call.Arguments[0].Bare())), result, consume);
    }

    public static void Range(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var result = evaluator.Constant(1, grid);
        var presence = new RangeOperation(static () => static (in RangeWindow _) => RangeResult.Of(1))
        {
            OpenKernel = static () => RangeKernel.Find("present_over_time"),
            OfRuns = RunFunction.Find("present_over_time"),
            IsPure = true,
            KeepsName = true,
        };
        evaluator.EachRange(call.Arguments[0], grid, presence, series => Clear(evaluator, grid, series, result));
        Finish(evaluator, grid, LabelsOf((call.Arguments[0].Bare() as RangeExpr)?.Selector), result, consume);
    }

    private static void Clear(Evaluator evaluator, TimeGrid grid, StepSeries series, double[] result)
    {
        for (var i = 0; i < grid.Count; i++)
        {
            if (series.Has(i))
                result[i] = StepSeries.Absent;
        }
        evaluator.Context.Return(series.Values);
    }

    private static void Finish(Evaluator evaluator, TimeGrid grid, LabelSet labels, double[] result, Action<StepSeries> consume)
    {
        var series = new StepSeries(labels, result);
        for (var i = 0; i < grid.Count; i++)
        {
            if (!series.HasFloat(i))
                continue;
            consume(series);
            return;
        }
        evaluator.Context.Return(result);
    }

    private static SelectorExpr? SelectorOf(PromExpr expr) => expr switch
    {
        CallExpr { Arguments: [RangeExpr range] } call when ReferenceEquals(call.Function, QueryResolver.Smoothed) => range.Selector,
        _ => expr as SelectorExpr,
    };

    // A label counts when the selector asks for exactly one value of it and nothing else.
    private static LabelSet LabelsOf(SelectorExpr? selector)
    {
        if (selector is null)
            return LabelSet.Empty;
        var labels = new LabelSetBuilder();
        foreach (var matcher in selector.Matchers)
        {
            if (matcher.Name == LabelNames.MetricName)
                continue;
            if (matcher.Type == MatchType.Equal && selector.Matchers.Count(m => m.Name == matcher.Name) == 1)
                labels.Set(matcher.Name, matcher.Value);
        }
        return labels.ToLabelSet();
    }
}
