using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>stddev and stdvar of the population, by Welford's running form.</summary>
internal sealed class VarianceFold : GroupFold
{
    private readonly int[] _counts;
    private readonly double[] _means;
    private readonly double[] _squares;

    public VarianceFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps * 3L);
        _counts = new int[steps];
        _means = new double[steps];
        _squares = new double[steps];
    }

    public override void Add(StepSeries series)
    {
        for (var i = 0; i < Steps; i++)
        {
            if (series.Histogram(i) is not null)
                SayHistogramIgnored();
            if (!series.HasFloat(i))
                continue;
            var delta = series.Values[i] - _means[i];
            _means[i] += delta / ++_counts[i];
            _squares[i] += delta * (series.Values[i] - _means[i]);
        }
    }

    public override void Finish(StepSeries into)
    {
        for (var i = 0; i < Steps; i++)
        {
            if (_counts[i] == 0)
                continue;
            // Why: the spread of numbers that are not finite is not a number, even of one alone.
            var variance = double.IsFinite(_means[i]) ? _squares[i] / _counts[i] : double.NaN;
            into.Values[i] = Expr.Operator == "stddev" ? Math.Sqrt(variance) : variance;
        }
    }
}
