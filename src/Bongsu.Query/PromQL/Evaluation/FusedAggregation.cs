using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// An aggregation over a leaf: which group a series belongs to is known before any sample is read, each series is computed into one column that is used
/// again and folded where it belongs, and groups are spread over threads. A group of many series falls into parts of a fixed number of series that are put
/// together in order, so that the answer is the same whatever the number of threads.
/// </summary>
internal sealed class FusedAggregation
{
    // Why: a few more shards than workers, so that a thread that is held up does not hold up the query.
    private const int ShardsPerWorker = 4;

    private readonly AggregateExpr _expr;
    private readonly SeriesLeaf _leaf;
    private readonly GroupIndex _groups;
    private readonly double[]? _parameter;
    private readonly int _seriesPerPart;
    private readonly List<int> _groupOfPart = [];
    private readonly int[] _partOfSeries;
    private GroupFold?[] _folds = [];

    private FusedAggregation(AggregateExpr expr, SeriesLeaf leaf, LabelProjection projection, double[]? parameter, bool splits)
    {
        _expr = expr;
        _leaf = leaf;
        _parameter = parameter;
        _groups = new GroupIndex(projection);
        _seriesPerPart = splits && GroupFold.Merges(expr) ? leaf.Context.Options.SeriesPerPart : int.MaxValue;
        _partOfSeries = new int[leaf.Count];
    }

    public static List<StepSeries> Run(AggregateExpr expr, SeriesLeaf leaf, LabelProjection projection, double[]? parameter)
    {
        var seen = leaf.Context.SamplesSeen;
        var fused = new FusedAggregation(expr, leaf, projection, parameter, splits: true);
        // Slow path: sums of histograms depend on their order, so that their groups are not split.
        if (!fused.TryFold())
        {
            leaf.Context.CountSeen(seen - leaf.Context.SamplesSeen);
            fused = new FusedAggregation(expr, leaf, projection, parameter, splits: false);
            fused.TryFold();
        }
        return fused.Finish();
    }

    /// <summary>False when a sum that is split met a histogram.</summary>
    private bool TryFold()
    {
        var sizes = AssignParts();
        _folds = new GroupFold?[_groupOfPart.Count];
        var workers = _leaf.Workers(_groupOfPart.Count);
        var shards = Shards(sizes, workers <= 1 ? 1 : workers * ShardsPerWorker);
        var metHistogram = false;
        try
        {
            WorkShare.Run(shards.Length, workers, (_, shard) =>
            {
                if (!Volatile.Read(ref metHistogram) && !TryFold(shards[shard]))
                    Volatile.Write(ref metHistogram, true);
            });
        }
        finally
        {
            if (metHistogram)
                Release();
        }
        return !metHistogram;
    }

    private bool TryFold(int[] shard)
    {
        var context = _leaf.Context;
        using var reader = _leaf.OpenReader();
        var column = new StepSeries(Telemetry.Labels.LabelSet.Empty, context.Rent(_leaf.Grid.Count));
        try
        {
            foreach (var series in shard)
            {
                column.Histograms = null;
                if (!reader.Compute(series, column))
                    continue;
                if (column.Histograms is not null && _seriesPerPart != int.MaxValue && _expr.Operator is "sum" or "avg")
                    return false;
                // Why: only what is said of histograms names them.
                if (column.Histograms is not null)
                    column.Labels = _leaf.Labels(series);
                var part = _partOfSeries[series];
                (_folds[part] ??= GroupFold.Create(_expr, _leaf.Grid.Count, context, _parameter)).Add(column);
            }
            return true;
        }
        finally
        {
            context.Return(column.Values);
        }
    }

    /// <summary>Gives each series a part of its group; the sizes of the parts.</summary>
    private List<int> AssignParts()
    {
        var sizes = new List<int>();
        var openPart = new List<int>();
        var isOne = _groups.KeepsNothing;
        for (var series = 0; series < _partOfSeries.Length; series++)
        {
            if (series % 1024 == 0)
                _leaf.Context.Check();
            var group = _groups.Of(isOne ? Telemetry.Labels.LabelSet.Empty : _leaf.Labels(series));
            if (group == openPart.Count)
                openPart.Add(-1);
            if (openPart[group] < 0 || sizes[openPart[group]] == _seriesPerPart)
            {
                openPart[group] = sizes.Count;
                sizes.Add(0);
                _groupOfPart.Add(group);
            }
            _partOfSeries[series] = openPart[group];
            sizes[openPart[group]]++;
        }
        return sizes;
    }

    /// <summary>Spreads the parts evenly over shards: for each shard the series of its parts, ascending.</summary>
    private int[][] Shards(List<int> sizes, int count)
    {
        var order = new int[sizes.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => sizes[b] != sizes[a] ? sizes[b].CompareTo(sizes[a]) : a.CompareTo(b));
        var loads = new PriorityQueue<int, (int Load, int Shard)>();
        count = Math.Min(count, sizes.Count);
        var shards = new int[count][];
        var filled = new int[count];
        for (var i = 0; i < count; i++)
            loads.Enqueue(i, (0, i));
        var shardOfPart = new int[sizes.Count];
        foreach (var part in order)
        {
            loads.TryDequeue(out var shard, out var load);
            shardOfPart[part] = shard;
            loads.Enqueue(shard, (load.Load + sizes[part], shard));
        }
        while (loads.TryDequeue(out var shard, out var load))
            shards[shard] = new int[load.Load];
        for (var series = 0; series < _partOfSeries.Length; series++)
        {
            var shard = shardOfPart[_partOfSeries[series]];
            shards[shard][filled[shard]++] = series;
        }
        return shards;
    }

    private List<StepSeries> Finish()
    {
        var context = _leaf.Context;
        var merged = new GroupFold?[_groups.Count];
        for (var part = 0; part < _folds.Length; part++)
        {
            if (_folds[part] is not { } fold)
                continue;
            if (merged[_groupOfPart[part]] is { } first)
                first.Merge(fold);
            else
                merged[_groupOfPart[part]] = fold;
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

    private void Release()
    {
        foreach (var fold in _folds)
            fold?.Release();
    }
}
