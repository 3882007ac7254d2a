using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A binary operator between a vector and a scalar: the series keeps its labels.</summary>
internal static class VectorScalar
{
    public static StepSeries Apply(BinaryExpr expr, StepSeries series, double[] scalar, bool scalarLeft, TimeGrid grid, QueryContext context)
    {
        var isFilter = expr.Operator.IsComparison() && !expr.ReturnBool;
        // Fast path: floats alone. Trimming takes histograms alone, and says so.
        var isFloats = series.Histograms is null && expr.Operator is not (BinaryOperator.TrimLower or BinaryOperator.TrimUpper);
        if (isFloats)
            ApplyToFloats(expr.Operator, series.Values.AsSpan(0, grid.Count), scalar, scalarLeft, isFilter);
        for (var i = 0; !isFloats && i < grid.Count; i++)
        {
            if (!series.Has(i))
                continue;
            var value = BinaryOperand.At(series, i);
            var (a, b) = scalarLeft ? (BinaryOperand.Of(scalar[i]), value) : (value, BinaryOperand.Of(scalar[i]));
            if (expr.Operator.IsComparison())
                Compare(expr, series, i, a, b, isFilter, context);
            else
                Store(series, i, BinaryMath.Arithmetic(expr, a, b, context));
        }
        series.DropName |= !isFilter && expr.Operator is not (BinaryOperator.TrimLower or BinaryOperator.TrimUpper) || expr.ReturnBool;
        return series;
    }

    private static void ApplyToFloats(BinaryOperator op, Span<double> values, ReadOnlySpan<double> scalar, bool scalarLeft, bool isFilter)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (SampleValues.IsStale(value))
                continue;
            var result = scalarLeft ? BinaryMath.Scalars(op, scalar[i], value) : BinaryMath.Scalars(op, value, scalar[i]);
            values[i] = !isFilter ? result : result == 0 ? StepSeries.Absent : value;
        }
    }

    private static void Compare(BinaryExpr expr, StepSeries series, int step, BinaryOperand a, BinaryOperand b, bool isFilter, QueryContext context)
    {
        var holds = BinaryMath.Comparison(expr, a, b, context);
        if (holds is null || (isFilter && holds == false))
            series.Remove(step);
        else if (!isFilter)
            Store(series, step, BinaryOperand.Of(holds.Value ? 1 : 0));
    }

    public static void Store(StepSeries series, int step, BinaryOperand value)
    {
        series.Remove(step);
        if (!value.IsPresent)
            return;
        if (value.Histogram is not null)
            series.Set(step, value.Histogram);
        else
            series.Values[step] = value.Value;
    }
}
