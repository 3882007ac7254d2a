using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Computes durations that are written as expressions, now that the query's step and range are known.</summary>
internal static class DurationArithmetic
{
    /// <summary>The duration in milliseconds.</summary>
    /// <param name="duration">What to compute.</param>
    /// <param name="context">Knows step and range.</param>
    /// <param name="mayBeNegative">Offsets may be zero and less; ranges and steps not.</param>
    public static long Ms(DurationExpr duration, QueryContext context, bool mayBeNegative)
    {
        var seconds = Seconds(duration, context);
        if (!double.IsFinite(seconds))
            throw context.Fail(duration, "duration is NaN or infinite");
        if (PromDurationReader.IsOutOfRange(seconds))
            throw context.Fail(duration, "duration is out of range");
        // Why: cut, not rounded, as Prometheus does; a range must not be cut to nothing.
        var ms = (long)(seconds * 1000);
        return ms > 0 || mayBeNegative ? ms : throw context.Fail(duration, "duration must be greater than 0");
    }

    private static double Seconds(PromExpr expr, QueryContext context)
    {
        if (expr is NumberExpr number)
            return number.Value;
        var duration = (DurationExpr)expr;
        var left = duration.Left is null ? 0 : Seconds(duration.Left, context);
        var right = duration.Right is null ? 0 : Seconds(duration.Right, context);
        var grid = context.Grid;
        return duration.Operator switch
        {
            DurationOperator.Step => context.IsRange ? grid.StepMs / 1000.0 : 0,
            DurationOperator.Range => (grid.EndMs - grid.StartMs) / 1000.0,
            DurationOperator.MinOf => Math.Min(left, right),
            DurationOperator.MaxOf => Math.Max(left, right),
            DurationOperator.Divide when right == 0 => throw context.Fail(duration, "division by zero"),
            DurationOperator.Modulo when right == 0 => throw context.Fail(duration, "modulo by zero"),
            _ => BinaryMath.Floats(BinaryOperator.Add + (byte)duration.Operator, left, right),
        };
    }
}
