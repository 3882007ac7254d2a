using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>sum and avg, of floats or of histograms; a step with both has no result.</summary>
internal sealed class SumFold : GroupFold
{
    private readonly StepSums _sums;
    private readonly bool _isMean;
    private KahanMean[]? _means;
    private HistogramSum?[]? _histograms;
    private int[]? _histogramCounts;

    public SumFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps * 3L);
        _isMean = expr.Operator == "avg";
        _sums = new StepSums(steps);
    }

    public override void Add(StepSeries series)
    {
        if (_isMean && _means is null && _sums.Overflows(series.Values.AsSpan(0, Steps)))
            _means = Means();
        if (_means is null)
            _sums.Add(series.Values);
        else
            AddToMeans(_means, series);
        if (series.Histograms is not null)
            AddHistograms(series);
    }

    public override void Merge(GroupFold next)
    {
        var other = (SumFold)next;
        if (!_isMean)
        {
            _sums.Add(other._sums);
            return;
        }
        // Why: two means that did not overflow may do so together.
        var means = _means ??= Means();
        var others = other._means ?? other.Means();
        for (var i = 0; i < Steps; i++)
            means[i].Add(others[i]);
    }

    public override void Finish(StepSeries into)
    {
        for (var i = 0; i < Steps; i++)
        {
            var histograms = _histogramCounts?[i] ?? 0;
            var floats = _means is null ? _sums.Count(i) : _means[i].Count;
            if (histograms != 0 && floats > 0)
                Context.Warn(Expr.Inner, "encountered a mix of histograms and floats for aggregation");
            else if (floats > 0)
                into.Values[i] = !_isMean ? _sums[i].Total : _means is null ? _sums[i].Total / floats : _means[i].Mean;
            else if (histograms > 0)
                into.Set(i, _isMean ? _histograms![i]!.Mean! : _histograms![i]!.Total!);
        }
    }

    // Slow path: sums that overflow although the mean does not.
    private KahanMean[] Means()
    {
        var means = new KahanMean[Steps];
        for (var i = 0; i < Steps; i++)
            means[i] = new KahanMean(_sums[i], _sums.Count(i));
        return means;
    }

    private void AddToMeans(KahanMean[] means, StepSeries series)
    {
        for (var i = 0; i < Steps; i++)
        {
            if (series.HasFloat(i))
                means[i].Add(series.Values[i]);
        }
    }

    private void AddHistograms(StepSeries series)
    {
        _histograms ??= new HistogramSum?[Steps];
        _histogramCounts ??= new int[Steps];
        for (var i = 0; i < Steps; i++)
        {
            if (series.Histogram(i) is not { } histogram || _histogramCounts[i] < 0)
                continue;
            _histogramCounts[i]++;
            if ((_histograms[i] ??= _isMean ? HistogramSum.ForMean(Context, Expr.Inner) : new HistogramSum(Context, Expr.Inner)).Add(histogram))
                continue;
            Context.Warn(Expr.Inner, QueryContext.OfMetric("vector contains a mix of histograms with exponential and custom buckets schemas", series.Labels));
            _histogramCounts[i] = -1;
        }
    }
}
