using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>min and max. NaN gives way to any number.</summary>
internal sealed class ExtremeFold : GroupFold
{
    private readonly double[] _best;

    public ExtremeFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps);
        _best = new double[steps];
        Array.Fill(_best, StepSeries.Absent);
    }

    public override void Add(StepSeries series)
    {
        var least = Expr.Operator == "min";
        for (var i = 0; i < Steps; i++)
        {
            if (series.Histogram(i) is not null)
                SayHistogramIgnored();
            if (!series.HasFloat(i))
                continue;
            var value = series.Values[i];
            // Why: absent is a NaN too, so it gives way to whatever comes, itself NaN included.
            if (double.IsNaN(_best[i]) || (least ? value < _best[i] : value > _best[i]))
                _best[i] = value;
        }
    }

    public override void Finish(StepSeries into) => _best.CopyTo(into.Values, 0);
}
