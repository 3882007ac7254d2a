using System.Diagnostics.CodeAnalysis;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Functions of a range vector: rates, *_over_time, regressions.</summary>
internal static class RangeFunctions
{
    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var name = call.Function.Name;
        if (name == "absent_over_time")
        {
            Absence.Range(evaluator, call, grid, consume);
            return;
        }
        var operation = Open(evaluator, call, grid);
        evaluator.EachRange(Argument(call), grid, operation, consume);
        foreach (var scalar in operation.Scalars)
            evaluator.Context.Return(scalar);
    }

    /// <summary>Whether each series of the result comes of one stored series alone.</summary>
    public static bool IsOfSelector(CallExpr call, [NotNullWhen(true)] out RangeExpr? range)
    {
        range = null;
        foreach (var argument in call.Arguments)
            range ??= argument.Bare() as RangeExpr;
        return range is not null && call.Function.Name != "absent_over_time";
    }

    /// <summary>The range vector among the arguments.</summary>
    public static PromExpr Argument(CallExpr call) => call.Arguments[call.Function.Name == "quantile_over_time" ? 1 : 0];

    /// <summary>What the function does, with its scalar arguments evaluated.</summary>
    public static RangeOperation Open(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        var name = call.Function.Name;
        var argument = Argument(call);
        var context = evaluator.Context;
        var scalars = new List<double[]>();
        foreach (var other in call.Arguments)
        {
            if (other.Type == PromType.Scalar)
                scalars.Add(evaluator.Scalar(other, grid));
        }
        if (Find(context, call, argument, scalars) is null)
            throw new PromEvaluationException(QueryFailureKind.Unsupported, context.Fail(call, $"function \"{name}\" is not supported").Message);
        return new RangeOperation(() => Find(context, call, argument, scalars)!)
        {
            OpenKernel = () => IsEdged(argument, out _) ? null : RangeKernel.Find(name, context.Cancellation),
            OfRuns = IsEdged(argument, out _) ? null : RunFunction.Find(name),
            SawFloats = name is "rate" or "increase" && !IsEdged(argument, out _) ? labels => RateFunctions.CheckCounterName(context, argument, labels) : null,
            UsesStartTimes = StartTimeRates.Concerns(call, context),
            IsPure = scalars.Count == 0,
            KeepsName = name is "last_over_time" or "first_over_time" || ReferenceEquals(call.Function, QueryResolver.Smoothed),
            Scalars = scalars,
        };
    }

    private static bool IsEdged(PromExpr argument, [NotNullWhen(true)] out RangeExpr? range)
    {
        range = argument.Bare() as RangeExpr;
        return range is { Selector.Edges: not RangeEdges.Plain };
    }

    private static RangeFunction? Find(QueryContext context, CallExpr call, PromExpr argument, List<double[]> scalars)
    {
        if (IsEdged(argument, out var edged))
            return new EdgedRates(context, call, edged).Find();
        var function = FindPlain(context, call, argument, scalars);
        return function is not null && StartTimeRates.Concerns(call, context) ? new StartTimeRates(context, call, argument).Or(function) : function;
    }

    private static RangeFunction? FindPlain(QueryContext context, CallExpr call, PromExpr argument, List<double[]> scalars)
    {
        switch (call.Function.Name)
        {
            case "rate" or "increase" or "delta":
                return new RateFunctions(context, call, argument).Extrapolated;
            case "irate" or "idelta":
                return new RateFunctions(context, call, argument).Instant;
            case "deriv" or "predict_linear":
                return new RegressionFunctions(context, argument, call.Function.Name == "predict_linear" ? scalars[0] : null).Apply;
            case "double_exponential_smoothing":
                return new SmoothingFunction(context, call, argument, scalars[0], scalars[1]).Apply;
            case "quantile_over_time":
                return new OverTimeFunctions(context, argument).Quantile(call.Arguments[0], scalars[0]);
            default:
                return new OverTimeFunctions(context, argument).Find(call.Function.Name);
        }
    }
}
