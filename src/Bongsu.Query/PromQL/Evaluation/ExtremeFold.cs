using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>min and max. NaN gives way to any number.</summary>
internal sealed class ExtremeFold : GroupFold
{
    private readonly double[] _column;
    private readonly StepExtremes _extremes;

    public ExtremeFold(AggregateExpr expr, int steps, QueryContext context) : base(expr, steps, context)
    {
        _column = context.Rent(steps);
        _extremes = new StepExtremes(_column, least: expr.Operator == "min");
    }

    public override void Add(StepSeries series)
    {
        if (series.Histograms.AsSpan().ContainsAnyExcept((Telemetry.Metrics.NativeHistogram?)null))
            SayHistogramIgnored();
        _extremes.Add(series.Values);
    }

    public override void Merge(GroupFold next) => _extremes.Add(((ExtremeFold)next)._extremes.Best);

    public override void Finish(StepSeries into) => _extremes.Best.CopyTo(into.Values);

    public override void Release()
    {
        base.Release();
        Context.Return(_column);
    }
}
