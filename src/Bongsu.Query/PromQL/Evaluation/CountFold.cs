using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>count and group: floats and histograms alike.</summary>
internal sealed class CountFold : GroupFold
{
    private readonly int[] _counts;

    public CountFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps);
        _counts = new int[steps];
    }

    public override void Add(StepSeries series)
    {
        for (var i = 0; i < Steps; i++)
            _counts[i] += series.Has(i) ? 1 : 0;
    }

    public override void Finish(StepSeries into)
    {
        for (var i = 0; i < Steps; i++)
        {
            if (_counts[i] > 0)
                into.Values[i] = Expr.Operator == "group" ? 1 : _counts[i];
        }
    }
}
