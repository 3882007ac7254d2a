using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>topk, bottomk, limitk and limit_ratio: at each step some series of a group stay as they are, the others are left out.</summary>
internal sealed class SelectingAggregation(Evaluator evaluator, AggregateExpr expr, TimeGrid grid, LabelProjection groups)
{
    private readonly QueryContext _context = evaluator.Context;

    /// <summary>topk and bottomk, best first for instant queries.</summary>
    public List<StepSeries> Extremes()
    {
        var parameter = evaluator.Scalar(expr.Parameter!, grid);
        var counts = new int[grid.Count];
        for (var step = 0; step < grid.Count; step++)
            counts[step] = Count(parameter[step]);
        var index = new GroupIndex(groups);
        var rankings = new List<StepRanking>();
        evaluator.Each(expr.Inner, grid, series =>
        {
            var group = index.Of(series.Labels);
            if (group == rankings.Count)
                rankings.Add(new StepRanking(_context, counts, descends: expr.Operator == "topk"));
            if (series.Histograms.AsSpan().ContainsAnyExcept((NativeHistogram?)null))
                _context.Info(expr, $"ignored histogram in {expr.Operator} aggregation");
            rankings[group].Add(series);
            _context.Return(series.Values);
        });
        var result = new List<StepSeries>();
        foreach (var ranking in rankings)
            ranking.Finish(grid, result);
        _context.Return(parameter);
        return result;
    }

    /// <summary>limitk and limit_ratio.</summary>
    public List<StepSeries> Limit()
    {
        var parameter = evaluator.Scalar(expr.Parameter!, grid);
        Array.ForEach(parameter[..grid.Count], p => _ = expr.Operator == "limitk" ? Count(p) : Ratio(p));
        var result = new List<StepSeries>();
        foreach (var group in Groups())
        {
            for (var step = 0; step < grid.Count; step++)
            {
                _context.Check();
                if (expr.Operator == "limitk")
                    KeepFirst(group, step, Count(parameter[step]));
                else
                    KeepShare(group, step, Ratio(parameter[step]));
            }
            result.AddRange(group);
        }
        _context.Return(parameter);
        return result;
    }

    private IEnumerable<List<StepSeries>> Groups()
    {
        var found = new Dictionary<LabelSet, List<StepSeries>>();
        foreach (var series in evaluator.Vector(expr.Inner, grid))
        {
            var key = groups.Of(series.Labels);
            if (!found.TryGetValue(key, out var group))
                found[key] = group = [];
            group.Add(series);
        }
        return found.Values;
    }

    private static void KeepFirst(List<StepSeries> group, int step, int count)
    {
        foreach (var series in group)
        {
            if (series.Has(step) && count-- <= 0)
                series.Remove(step);
        }
    }

    // A share by the hash of the labels: the same series at every step, and those of r and of r - 1 complement each other.
    private static void KeepShare(List<StepSeries> group, int step, double ratio)
    {
        foreach (var series in group)
        {
            var place = series.Labels.Hash / (double)ulong.MaxValue;
            if (!(ratio >= 0 ? place < ratio : place >= 1 + ratio))
                series.Remove(step);
        }
    }

    private int Count(double k)
    {
        if (double.IsNaN(k))
            throw _context.Fail(expr.Parameter!, "Parameter value is NaN");
        if (k is > long.MaxValue or < long.MinValue)
            throw _context.Fail(expr.Parameter!, $"Scalar value {PromNumber.Format(k)} overflows int64");
        return k < 1 ? 0 : (int)Math.Min(k, int.MaxValue);
    }

    private double Ratio(double ratio)
    {
        if (double.IsNaN(ratio))
            throw _context.Fail(expr.Parameter!, "Ratio value is NaN");
        if (ratio is >= -1 and <= 1)
            return ratio;
        var capped = ratio > 1 ? 1 : -1;
        _context.Warn(expr.Parameter!, $"ratio value should be between -1 and 1, got {PromNumber.FormatShort(ratio)}, capping to {capped}");
        return capped;
    }
}
