using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Folds the series of one group into one, step by step.</summary>
internal abstract class GroupFold(AggregateExpr expr, int steps, QueryContext context)
{
    private long _held;

    public bool DropName { get; set; }

    protected AggregateExpr Expr { get; } = expr;

    protected int Steps { get; } = steps;

    protected QueryContext Context { get; } = context;

    public static GroupFold Create(AggregateExpr expr, int steps, QueryContext context, double[]? parameter) => expr.Operator switch
    {
        "sum" or "avg" => new SumFold(expr, steps, context),
        "min" or "max" => new ExtremeFold(expr, steps, context),
        "count" or "group" => new CountFold(expr, steps, context),
        "stddev" or "stdvar" => new VarianceFold(expr, steps, context),
        "quantile" => new QuantileFold(expr, steps, context, parameter!),
        _ => throw new PromEvaluationException(QueryFailureKind.Unsupported, $"aggregation \"{expr.Operator}\" is not supported"),
    };

    public abstract void Add(StepSeries series);

    public abstract void Finish(StepSeries into);

    /// <summary>Gives back what was counted as held.</summary>
    public void Release() => Context.Hold(-_held);

    protected void Hold(long samples)
    {
        Context.Hold(samples);
        _held += samples;
    }

    protected void SayHistogramIgnored() => Context.Info(Expr.Inner, $"ignored histogram in {Expr.Operator} aggregation");
}
