using System.Numerics;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// An aggregation over a leaf: which group a series belongs to is known before any sample is read, and each series is computed into one column that is used
/// again and folded where it belongs. The series fall into ranges of neighbours, each with folds of its own that are put together in order; threads take
/// ranges. How many ranges there are depends on the series and groups alone, so that the answer is the same whatever the number of threads.
/// </summary>
internal sealed class FusedAggregation
{
    // Why: enough for threads that are held up not to hold up the query, on machines of many cores too.
    private const int MaxRanges = 16;

    // Why: folds of up to 12 MB are cheap beside what is read; more of them only where groups are many anyway.
    private const long CheapSteps = 500_000;

    private readonly AggregateExpr _expr;
    private readonly SeriesLeaf _leaf;
    private readonly GroupIndex _groups;
    private readonly int[] _groupOfSeries;
    private readonly List<Part>[] _ranges;
    private int _metHistogram;

    private FusedAggregation(AggregateExpr expr, SeriesLeaf leaf, LabelProjection projection)
    {
        _expr = expr;
        _leaf = leaf;
        _groups = new GroupIndex(projection);
        _groupOfSeries = GroupsOfSeries();
        _ranges = new List<Part>[RangeCount()];
    }

    /// <summary>Whether the operator's folds can be put together from parts.</summary>
    public static bool Knows(AggregateExpr expr) => GroupFold.Merges(expr);

    /// <summary>The groups; null when histograms are added up, which depends on their order.</summary>
    public static List<StepSeries>? Run(AggregateExpr expr, SeriesLeaf leaf, LabelProjection projection)
    {
        var seen = leaf.Context.SamplesSeen;
        var fused = new FusedAggregation(expr, leaf, projection);
        if (fused.TryFold())
            return fused.Finish();
        fused.Release();
        leaf.Context.CountSeen(seen - leaf.Context.SamplesSeen);
        return null;
    }

    private int[] GroupsOfSeries()
    {
        var groups = new int[_leaf.Count];
        for (var series = 0; series < groups.Length; series++)
        {
            if (series % 1024 == 0)
                _leaf.Context.Check();
            groups[series] = _groups.Of(_groups.KeepsNothing ? LabelSet.Empty : _leaf.Labels(series));
        }
        return groups;
    }

    private int RangeCount()
    {
        var perRange = Math.Max(1, _leaf.Context.Options.SeriesPerRange);
        var ranges = (int)Math.Min(MaxRanges, BitOperations.RoundUpToPowerOf2((uint)(_leaf.Count / perRange)));
        var cheapFolds = Math.Max(2L * _groups.Count, CheapSteps / Math.Max(1, _leaf.Grid.Count));
        while (ranges > 1 && Math.Min((long)_groups.Count * ranges, _leaf.Count) > cheapFolds)
            ranges /= 2;
        return Math.Max(1, ranges);
    }

    private bool TryFold()
    {
        var workers = _leaf.Workers(_ranges.Length);
        var readers = new SeriesLeafReader?[workers];
        try
        {
            WorkShare.Run(_ranges.Length, workers, (worker, range) =>
            {
                if (Volatile.Read(ref _metHistogram) == 0)
                    Fold(readers[worker] ??= _leaf.OpenReader(), range);
            });
        }
        finally
        {
            foreach (var reader in readers)
                reader?.Dispose();
        }
        return _metHistogram == 0;
    }

    private void Fold(SeriesLeafReader reader, int range)
    {
        var context = _leaf.Context;
        var parts = _ranges[range] = [];
        var folds = new Dictionary<int, GroupFold>();
        var column = new StepSeries(LabelSet.Empty, context.Rent(_leaf.Grid.Count));
        var to = (int)((range + 1L) * _leaf.Count / _ranges.Length);
        for (var series = (int)((long)range * _leaf.Count / _ranges.Length); series < to; series++)
        {
            column.Histograms = null;
            if (!reader.Compute(series, column))
                continue;
            if (column.Histograms is not null && _expr.Operator is "sum" or "avg")
            {
                Volatile.Write(ref _metHistogram, 1);
                break;
            }
            // Why: only what is said of histograms names them.
            if (column.Histograms is not null)
                column.Labels = _leaf.Labels(series);
            var group = _groupOfSeries[series];
            if (!folds.TryGetValue(group, out var fold))
            {
                folds[group] = fold = GroupFold.Create(_expr, _leaf.Grid.Count, context, null);
                parts.Add(new Part(group, fold));
            }
            fold.Add(column);
        }
        context.Return(column.Values);
    }

    private List<StepSeries> Finish()
    {
        var context = _leaf.Context;
        var merged = new GroupFold?[_groups.Count];
        foreach (var (group, fold) in AllParts())
        {
            context.Check();
            if (merged[group] is { } first)
                first.Merge(fold);
            else
                merged[group] = fold;
        }
        var result = new List<StepSeries>(merged.Length);
        for (var group = 0; group < merged.Length; group++)
        {
            if (merged[group] is not { } fold)
                continue;
            // Why: grouping by the metric name of series whose name is to be dropped drops it from the group as well.
            var series = new StepSeries(_groups.Labels(group), context.Rent(_leaf.Grid.Count)) { DropName = _leaf.DropsName && !_expr.Without };
            fold.Finish(series);
            result.Add(series);
        }
        Release();
        return result;
    }

    private IEnumerable<Part> AllParts()
    {
        foreach (var range in _ranges)
        {
            foreach (var part in range ?? [])
                yield return part;
        }
    }

    private void Release()
    {
        foreach (var (_, fold) in AllParts())
            fold.Release();
    }

    private readonly record struct Part(int Group, GroupFold Fold);
}
