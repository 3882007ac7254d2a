using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Turns evaluated columns into what callers get: names dropped, equal label sets joined, points in lists.</summary>
internal static class ResultBuilder
{
    /// <summary>Joins series of equal labels; two values at one step are an error.</summary>
    public static void Merge(List<StepSeries> all, TimeGrid grid, QueryContext context)
    {
        var byLabels = new Dictionary<LabelSet, StepSeries>(all.Count);
        var kept = 0;
        for (var i = 0; i < all.Count; i++)
        {
            var series = all[i];
            if (byLabels.TryAdd(series.Labels, series))
            {
                all[kept++] = series;
                continue;
            }
            Join(byLabels[series.Labels], series, grid);
            context.Return(series.Values);
        }
        all.RemoveRange(kept, all.Count - kept);
    }

    /// <summary>Takes the metric names away that are to be dropped, then joins.</summary>
    public static void DropNames(List<StepSeries> all, TimeGrid grid, QueryContext context)
    {
        var any = false;
        foreach (var series in all)
        {
            if (!series.DropName)
                continue;
            any = true;
            series.Labels = LabelProjection.WithoutName(series.Labels);
            series.DropName = false;
        }
        if (any || all.Count > 1)
            Merge(all, grid, context);
    }

    public static PromVector Vector(List<StepSeries> all, TimeGrid grid)
    {
        var samples = new List<PromSample>(all.Count);
        foreach (var series in all)
        {
            if (series.Has(0))
                samples.Add(new PromSample(series.Labels, Point(series, grid, 0)));
        }
        return new PromVector(samples);
    }

    /// <summary>The columns become the result's: they are not given back.</summary>
    public static PromMatrix Matrix(List<StepSeries> all, TimeGrid grid, QueryContext context)
    {
        var result = new List<PromSeries>(all.Count);
        foreach (var series in all)
        {
            context.Check();
            var points = new StepPoints(grid.StartMs, grid.StepMs, series.Values, series.Histograms, grid.Count);
            if (points.Count > 0)
                result.Add(new PromSeries(series.Labels, points));
        }
        SortByLabels(result, context);
        return new PromMatrix(result);
    }

    public static void SortByLabels(List<PromSeries> all, QueryContext context)
    {
        var cancellation = context.Cancellation;
        // Why: a comparison must not throw; once nobody waits any more all are equal, and the sort is soon over.
        all.Sort((a, b) => cancellation.IsCancellationRequested ? 0 : CompareLabels(a.Labels, b.Labels));
        context.Check();
    }

    public static int CompareLabels(LabelSet a, LabelSet b)
    {
        var x = a.GetEnumerator();
        var y = b.GetEnumerator();
        while (true)
        {
            var hasX = x.MoveNext();
            var hasY = y.MoveNext();
            if (!hasX || !hasY)
                return hasX.CompareTo(hasY);
            var order = x.Name.SequenceCompareTo(y.Name);
            if (order == 0)
                order = x.Value.SequenceCompareTo(y.Value);
            if (order != 0)
                return order;
        }
    }

    private static void Join(StepSeries into, StepSeries from, TimeGrid grid)
    {
        for (var i = 0; i < grid.Count; i++)
        {
            if (!from.Has(i))
                continue;
            if (into.Has(i))
                throw new PromEvaluationException(QueryFailureKind.Execution, "vector cannot contain metrics with the same labelset");
            if (from.Histogram(i) is { } histogram)
                into.Set(i, histogram);
            else
                into.Values[i] = from.Values[i];
        }
        into.DropName |= from.DropName;
    }

    private static PromPoint Point(StepSeries series, TimeGrid grid, int step) => series.Histogram(step) is { } histogram
        ? new PromPoint(grid.At(step), 0, histogram)
        : new PromPoint(grid.At(step), series.Values[step]);
}
