using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Aggregations. Those that fold (sum, avg, …) take each series as it comes and keep one column a group; those that choose need all.</summary>
internal static class Aggregation
{
    public static List<StepSeries> Evaluate(Evaluator evaluator, AggregateExpr expr, TimeGrid grid)
    {
        var groups = expr.Without ? LabelProjection.Dropping(expr.Grouping) : LabelProjection.Keeping(expr.Grouping);
        return expr.Operator switch
        {
            "topk" or "bottomk" => new SelectingAggregation(evaluator, expr, grid, groups).Extremes(),
            "limitk" or "limit_ratio" => new SelectingAggregation(evaluator, expr, grid, groups).Limit(),
            "count_values" => CountValues(evaluator, expr, grid, groups),
            _ => Fold(evaluator, expr, grid, groups),
        };
    }

    private static List<StepSeries> Fold(Evaluator evaluator, AggregateExpr expr, TimeGrid grid, LabelProjection groups)
    {
        var context = evaluator.Context;
        var parameter = expr.Operator == "quantile" ? QuantileParameter(evaluator, expr, grid) : null;
        List<StepSeries>? result = null;
        if (FusedAggregation.Knows(expr) && evaluator.Leaf(expr.Inner, grid, out var scalars) is { } leaf)
        {
            result = FusedAggregation.Run(expr, leaf, groups);
            foreach (var scalar in scalars)
                context.Return(scalar);
        }
        result ??= FoldEach(evaluator, expr, grid, groups, parameter);
        if (parameter is not null)
            context.Return(parameter);
        return result;
    }

    /// <summary>Folds whatever the inner expression hands over.</summary>
    private static List<StepSeries> FoldEach(Evaluator evaluator, AggregateExpr expr, TimeGrid grid, LabelProjection groups, double[]? parameter)
    {
        var context = evaluator.Context;
        var index = new GroupIndex(groups);
        var folds = new List<GroupFold>();
        evaluator.Each(expr.Inner, grid, series =>
        {
            var group = index.Of(series.Labels);
            if (group == folds.Count)
                folds.Add(GroupFold.Create(expr, grid.Count, context, parameter));
            // Why: grouping by the metric name of series whose name is to be dropped drops it from the group as well.
            folds[group].DropName |= series.DropName && !expr.Without;
            folds[group].Add(series);
            context.Return(series.Values);
        });
        var result = new List<StepSeries>(folds.Count);
        for (var group = 0; group < folds.Count; group++)
        {
            var series = new StepSeries(index.Labels(group), context.Rent(grid.Count)) { DropName = folds[group].DropName };
            folds[group].Finish(series);
            folds[group].Release();
            result.Add(series);
        }
        return result;
    }

    private static double[] QuantileParameter(Evaluator evaluator, AggregateExpr expr, TimeGrid grid)
    {
        var parameter = evaluator.Scalar(expr.Parameter!, grid);
        for (var i = 0; i < grid.Count; i++)
        {
            if (!(parameter[i] >= 0 && parameter[i] <= 1))
                evaluator.Context.Warn(expr.Parameter!, $"quantile value should be between 0 and 1, got {PromNumber.FormatShort(parameter[i])}");
        }
        return parameter;
    }

    private static List<StepSeries> CountValues(Evaluator evaluator, AggregateExpr expr, TimeGrid grid, LabelProjection groups)
    {
        var label = Evaluator.Text(expr.Parameter!);
        if (label.Length == 0 || label.Contains('\uFFFD', StringComparison.Ordinal))
            throw evaluator.Context.Fail(expr.Parameter!, $"invalid label name {evaluator.Context.Written((StringExpr)expr.Parameter!.Bare())}");
        var counts = new Dictionary<LabelSet, StepSeries>();
        evaluator.Each(expr.Inner, grid, series =>
        {
            var key = groups.Of(series.Labels);
            var texts = new Dictionary<string, StepSeries>(StringComparer.Ordinal);
            for (var i = 0; i < grid.Count; i++)
            {
                if (!series.Has(i))
                    continue;
                var text = series.Histogram(i) is { } histogram ? HistogramText.Of(histogram) : PromNumber.Format(series.Values[i]);
                if (!texts.TryGetValue(text, out var count))
                    texts[text] = count = CountOf(evaluator.Context, counts, new LabelSetBuilder(key).Set(label, text).ToLabelSet(), grid);
                count.Values[i] = count.HasFloat(i) ? count.Values[i] + 1 : 1;
            }
            evaluator.Context.Return(series.Values);
        });
        return [.. counts.Values];
    }

    private static StepSeries CountOf(QueryContext context, Dictionary<LabelSet, StepSeries> counts, LabelSet labels, TimeGrid grid)
    {
        if (!counts.TryGetValue(labels, out var count))
            counts[labels] = count = new StepSeries(labels, context.Rent(grid.Count));
        return count;
    }
}
