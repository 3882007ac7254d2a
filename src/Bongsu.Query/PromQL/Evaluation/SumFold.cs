using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>sum and avg, of floats or of histograms; a step with both has no result.</summary>
internal sealed class SumFold : GroupFold
{
    private readonly double[] _sumColumn;
    private readonly double[] _compensationColumn;
    private readonly StepSums _sums;
    private readonly long[]? _counts;
    private KahanMean[]? _means;
    private HistogramSum?[]? _histograms;
    private int[]? _histogramCounts;

    public SumFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        _sumColumn = context.Rent(steps);
        _compensationColumn = context.Rent(steps);
        _sums = new StepSums(_sumColumn, _compensationColumn, steps);
        if (expr.Operator != "avg")
            return;
        Hold(steps);
        _counts = new long[steps];
    }

    private bool IsMean => _counts is not null;

    public override void Add(StepSeries series)
    {
        if (IsMean && _means is null && _sums.Overflows(series.Values.AsSpan(0, Steps)))
            _means = Means();
        if (_means is null)
            AddToSums(series.Values);
        else
            AddToMeans(_means, series);
        if (series.Histograms is not null)
            AddHistograms(series);
    }

    public override void Merge(GroupFold next)
    {
        var other = (SumFold)next;
        if (!IsMean)
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
            var hasFloats = _means is null ? _sums.Has(i) : _means[i].Count > 0;
            if (histograms != 0 && hasFloats)
                Context.Warn(Expr.Inner, "encountered a mix of histograms and floats for aggregation");
            else if (hasFloats)
                into.Values[i] = !IsMean ? _sums[i].Total : _means is null ? _sums[i].Total / _counts![i] : _means[i].Mean;
            else if (histograms > 0)
                into.Set(i, IsMean ? _histograms![i]!.Mean! : _histograms![i]!.Total!);
        }
    }

    public override void Release()
    {
        base.Release();
        Context.Return(_sumColumn);
        Context.Return(_compensationColumn);
    }

    private void AddToSums(double[] values)
    {
        _sums.Add(values);
        if (_counts is not null)
            StepCounts.Add(values, _counts);
    }

    // Slow path: sums that overflow although the mean does not.
    private KahanMean[] Means()
    {
        var means = new KahanMean[Steps];
        for (var i = 0; i < Steps; i++)
            means[i] = new KahanMean(_sums[i], _counts![i]);
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
            if ((_histograms[i] ??= IsMean ? HistogramSum.ForMean(Context, Expr.Inner) : new HistogramSum(Context, Expr.Inner)).Add(histogram))
                continue;
            Context.Warn(Expr.Inner, QueryContext.OfMetric("vector contains a mix of histograms with exponential and custom buckets schemas", series.Labels));
            _histogramCounts[i] = -1;
        }
    }
}
