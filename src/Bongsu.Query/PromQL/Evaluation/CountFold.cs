using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>count and group: floats and histograms alike.</summary>
internal sealed class CountFold : GroupFold
{
    private readonly long[] _counts;

    public CountFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        Hold(steps);
        _counts = new long[steps];
    }

    public override void Add(StepSeries series)
    {
        StepCounts.Add(series.Values, _counts);
        for (var i = 0; series.Histograms is not null && i < Steps; i++)
            _counts[i] += series.Histograms[i] is null ? 0 : 1;
    }

    public override void Merge(GroupFold next)
    {
        var counts = ((CountFold)next)._counts;
        for (var i = 0; i < Steps; i++)
            _counts[i] += counts[i];
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
