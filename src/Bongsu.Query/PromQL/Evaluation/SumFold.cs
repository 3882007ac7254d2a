using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>sum and avg, of floats or of histograms; a step with both has no result.</summary>
internal sealed class SumFold : GroupFold
{
    private readonly KahanSum[] _sums;
    private readonly KahanMean[] _means;
    private readonly int[] _floats;
    private readonly bool _isMean;
    private HistogramSum?[]? _histograms;
    private int[]? _histogramCounts;

    public SumFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps * 3L);
        _isMean = expr.Operator == "avg";
        _sums = _isMean ? [] : new KahanSum[steps];
        _means = _isMean ? new KahanMean[steps] : [];
        _floats = new int[steps];
    }

    public override void Add(StepSeries series)
    {
        var values = series.Values;
        for (var i = 0; i < Steps; i++)
        {
            if (!series.HasFloat(i))
                continue;
            _floats[i]++;
            if (_isMean)
                _means[i].Add(values[i]);
            else
                _sums[i].Add(values[i]);
        }
        if (series.Histograms is not null)
            AddHistograms(series);
    }

    public override void Finish(StepSeries into)
    {
        for (var i = 0; i < Steps; i++)
        {
            var histograms = _histogramCounts?[i] ?? 0;
            if (histograms != 0 && _floats[i] > 0)
                Context.Warn(Expr.Inner, "encountered a mix of histograms and floats for aggregation");
            else if (_floats[i] > 0)
                into.Values[i] = _isMean ? _means[i].Mean : _sums[i].Total;
            else if (histograms > 0)
                into.Set(i, _isMean ? _histograms![i]!.Mean! : _histograms![i]!.Total!);
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
            Context.Warn(Expr.Inner, "vector contains a mix of histograms with exponential and custom buckets schemas");
            _histogramCounts[i] = -1;
        }
    }
}
