using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>One operand or result of a binary operator: a float, or a histogram when that is set; nothing when absent.</summary>
internal readonly record struct BinaryOperand(bool IsPresent, double Value, NativeHistogram? Histogram)
{
    public static BinaryOperand Of(double value) => new(true, value, null);

    public static BinaryOperand Of(NativeHistogram histogram) => new(true, 0, histogram);

    public static BinaryOperand At(StepSeries series, int step) =>
        series.Histogram(step) is { } histogram ? Of(histogram) : Of(series.Values[step]);

    public string Kind => Histogram is null ? "float" : "histogram";
}

/// <summary>Binary operators on single values.</summary>
internal static class BinaryMath
{
    public static double Scalars(BinaryOperator op, double a, double b) =>
        op.IsComparison() ? Compare(op, a, b) ? 1 : 0 : Floats(op, a, b);

    public static double Floats(BinaryOperator op, double a, double b) => op switch
    {
        BinaryOperator.Add => a + b,
        BinaryOperator.Subtract => a - b,
        BinaryOperator.Multiply => a * b,
        BinaryOperator.Divide => a / b,
        BinaryOperator.Modulo => a % b,
        BinaryOperator.Power => Math.Pow(a, b),
        _ => Math.Atan2(a, b),
    };

    public static bool Compare(BinaryOperator op, double a, double b) => op switch
    {
        BinaryOperator.Equal => a == b,
        BinaryOperator.NotEqual => a != b,
        BinaryOperator.Greater => a > b,
        BinaryOperator.Less => a < b,
        BinaryOperator.GreaterOrEqual => a >= b,
        _ => a <= b,
    };

    /// <summary>An arithmetic result; absent (and said so) when the kinds do not go together.</summary>
    public static BinaryOperand Arithmetic(BinaryExpr expr, BinaryOperand a, BinaryOperand b, QueryContext context)
    {
        if (a.Histogram is null && b.Histogram is null)
        {
            if (expr.Operator is not (BinaryOperator.TrimLower or BinaryOperator.TrimUpper))
                return BinaryOperand.Of(Floats(expr.Operator, a.Value, b.Value));
        }
        else if (a.Histogram is not null && b.Histogram is not null)
        {
            if (expr.Operator is BinaryOperator.Add or BinaryOperator.Subtract)
                return Histograms(expr, a.Histogram, b.Histogram, context);
        }
        else if (a.Histogram is not null)
        {
            switch (expr.Operator)
            {
                case BinaryOperator.Multiply: return BinaryOperand.Of(HistogramMath.Scale(a.Histogram, b.Value));
                case BinaryOperator.Divide: return BinaryOperand.Of(HistogramMath.Divide(a.Histogram, b.Value));
                case BinaryOperator.TrimUpper: return BinaryOperand.Of(HistogramStatistics.Trim(a.Histogram, b.Value, keepBelow: true));
                case BinaryOperator.TrimLower: return BinaryOperand.Of(HistogramStatistics.Trim(a.Histogram, b.Value, keepBelow: false));
            }
        }
        else if (expr.Operator == BinaryOperator.Multiply)
        {
            return BinaryOperand.Of(HistogramMath.Scale(b.Histogram!, a.Value));
        }
        return Incompatible(expr, a, b, context);
    }

    /// <summary>A comparison; null (and said so) when the kinds do not go together.</summary>
    public static bool? Comparison(BinaryExpr expr, BinaryOperand a, BinaryOperand b, QueryContext context)
    {
        if (a.Histogram is null && b.Histogram is null)
            return Compare(expr.Operator, a.Value, b.Value);
        if (a.Histogram is not null && b.Histogram is not null && expr.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual)
            return HistogramMath.AreEqual(a.Histogram!, b.Histogram!) == (expr.Operator == BinaryOperator.Equal);
        Incompatible(expr, a, b, context);
        return null;
    }

    private static BinaryOperand Histograms(BinaryExpr expr, NativeHistogram a, NativeHistogram b, QueryContext context)
    {
        var isAddition = expr.Operator == BinaryOperator.Add;
        var result = HistogramMath.Combine(a, b, isAddition ? 1 : -1, out var reconciled);
        if (reconciled)
            context.Info(expr, $"mismatched custom buckets were reconciled during {(isAddition ? "addition" : "subtraction")}");
        if (result is null)
        {
            context.Warn(expr, $"incompatible bucket layout encountered for binary operator {expr.Operator.Text()}");
            return default;
        }
        if ((a.ResetHint, b.ResetHint) is (CounterResetHint.Reset, CounterResetHint.NotReset) or (CounterResetHint.NotReset, CounterResetHint.Reset))
            context.Warn(expr, $"conflicting counter resets during histogram {(isAddition ? "addition" : "subtraction")}");
        return BinaryOperand.Of(result);
    }

    private static BinaryOperand Incompatible(BinaryExpr expr, BinaryOperand a, BinaryOperand b, QueryContext context)
    {
        context.Info(expr, $"incompatible sample types encountered for binary operator \"{expr.Operator.Text()}\": {a.Kind} {expr.Operator.Text()} {b.Kind}");
        return default;
    }
}
