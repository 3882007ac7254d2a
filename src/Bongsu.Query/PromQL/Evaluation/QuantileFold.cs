using System.Runtime.InteropServices;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>quantile: keeps all values of a group.</summary>
internal sealed class QuantileFold(AggregateExpr expr, int steps, QueryContext context, double[] quantiles) : GroupFold(expr, steps, context)
{
    private readonly List<double>?[] _values = new List<double>?[steps];

    public override void Add(StepSeries series)
    {
        Hold(Steps);
        for (var i = 0; i < Steps; i++)
        {
            if (series.Histogram(i) is not null)
                SayHistogramIgnored();
            if (series.HasFloat(i))
                (_values[i] ??= []).Add(series.Values[i]);
        }
    }

    public override void Finish(StepSeries into)
    {
        for (var i = 0; i < Steps; i++)
        {
            if (_values[i] is not { } values)
                continue;
            Context.Check();
            var span = CollectionsMarshal.AsSpan(values);
            Quantiles.Sort(span);
            into.Values[i] = Quantiles.Of(quantiles[i], span);
        }
    }
}
