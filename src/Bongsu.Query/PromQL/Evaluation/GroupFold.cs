using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Folds the series of one group, or a part of them, into one, step by step. Not thread-safe.</summary>
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

    /// <summary>Whether folds of parts of a group can be put together (see <see cref="Merge"/>).</summary>
    public static bool Merges(AggregateExpr expr) => expr.Operator is "sum" or "avg" or "min" or "max" or "count" or "group";

    public abstract void Add(StepSeries series);

    /// <summary>Takes in the fold of the part of the group that follows. Sums of histograms depend on their order: with those a group has one part only.</summary>
    public virtual void Merge(GroupFold next) => throw new InvalidOperationException($"BUG: {Expr.Operator} is not put together from parts");

    public abstract void Finish(StepSeries into);

    /// <summary>Gives back what is held. The fold is of no use any more.</summary>
    public virtual void Release() => Context.Release(_held);

    protected void Hold(long samples)
    {
        Context.Hold(samples);
        _held += samples;
    }

    protected void SayHistogramIgnored() => Context.Info(Expr.Inner, $"ignored histogram in {Expr.Operator} aggregation");
}
