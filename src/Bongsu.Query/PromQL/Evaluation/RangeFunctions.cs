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
        var argument = call.Arguments[name == "quantile_over_time" ? 1 : 0];
        var scalars = new List<double[]>();
        foreach (var other in call.Arguments)
        {
            if (other.Type == PromType.Scalar)
                scalars.Add(evaluator.Scalar(other, grid));
        }
        if (StartTimeRates.Concerns(call, evaluator.Context) && argument.Bare() is RangeExpr { Selector.Edges: RangeEdges.Plain })
        {
            EachWithStartTimes(evaluator, call, argument, grid, consume);
            return;
        }
        var function = Find(evaluator.Context, call, argument, scalars) ?? throw new PromEvaluationException(QueryFailureKind.Unsupported,
            evaluator.Context.Fail(call, $"function \"{name}\" is not supported").Message);
        evaluator.EachRange(argument, grid, function, isPure: scalars.Count == 0,
            keepsName: name is "last_over_time" or "first_over_time" || ReferenceEquals(call.Function, QueryResolver.Smoothed), consume);
        scalars.ForEach(evaluator.Context.Return);
    }

    private static void EachWithStartTimes(Evaluator evaluator, CallExpr call, PromExpr argument, TimeGrid grid, Action<StepSeries> consume)
    {
        var rates = new StartTimeRates(evaluator.Context, call, argument);
        var plain = Find(evaluator.Context, call, argument, [])!;
        evaluator.EachColumns(argument, grid, (labels, dropName, samples, range) =>
        {
            var function = StartTimeRates.AreIn(samples) ? rates.Find(samples) : plain;
            if (evaluator.Sweep(labels, samples, range, grid, function, isPure: true) is not { } series)
                return;
            series.DropName = true;
            consume(series);
        });
    }

    private static RangeFunction? Find(QueryContext context, CallExpr call, PromExpr argument, List<double[]> scalars)
    {
        if (argument.Bare() is RangeExpr { Selector.Edges: not RangeEdges.Plain } edged)
            return new EdgedRates(context, call, edged).Find();
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
