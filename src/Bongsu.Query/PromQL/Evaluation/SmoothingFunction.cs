using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>double_exponential_smoothing: Holt's linear method over the floats of a range.</summary>
internal sealed class SmoothingFunction(QueryContext context, CallExpr call, PromExpr argument, double[] smoothing, double[] trending)
{
    public RangeResult Apply(in RangeWindow window)
    {
        var alpha = smoothing[window.Step];
        var beta = trending[window.Step];
        if (!(alpha > 0 && alpha < 1))
            throw context.Fail(call.Arguments[1], $"invalid smoothing factor. Expected: 0 < sf < 1, got: {PromNumber.Format(alpha)}");
        if (!(beta > 0 && beta < 1))
            throw context.Fail(call.Arguments[2], $"invalid trend factor. Expected: 0 < tf < 1, got: {PromNumber.Format(beta)}");
        if (window.IsMixed)
            OverTimeFunctions.SayHistogramsIgnored(context, argument, window.Labels);
        var values = window.Values;
        if (values.Length < 2)
            return RangeResult.None;
        var level = values[0];
        var trend = values[1] - values[0];
        var levelBefore = level;
        for (var i = 1; i < values.Length; i++)
        {
            // Why: the first step uses the trend of the first two samples; later ones the trend as smoothed so far.
            if (i > 1)
                trend = beta * (level - levelBefore) + (1 - beta) * trend;
            levelBefore = level;
            level = alpha * values[i] + (1 - alpha) * (level + trend);
        }
        return RangeResult.Of(level);
    }
}
