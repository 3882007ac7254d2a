using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Functions of single floats; histograms are left out without a word, as Prometheus does.</summary>
internal static class VectorMath
{
    private static readonly Dictionary<string, Func<double, double>> Functions = new(StringComparer.Ordinal)
    {
        ["abs"] = Math.Abs,
        ["acos"] = Math.Acos,
        ["acosh"] = Math.Acosh,
        ["asin"] = Math.Asin,
        ["asinh"] = Math.Asinh,
        ["atan"] = Math.Atan,
        ["atanh"] = Math.Atanh,
        ["ceil"] = Math.Ceiling,
        ["cos"] = Math.Cos,
        ["cosh"] = Math.Cosh,
        ["deg"] = v => v * 180 / Math.PI,
        ["exp"] = Math.Exp,
        ["floor"] = Math.Floor,
        ["ln"] = Math.Log,
        ["log10"] = Math.Log10,
        ["log2"] = Math.Log2,
        ["rad"] = v => v * Math.PI / 180,
        ["sgn"] = v => v > 0 ? 1 : v < 0 ? -1 : v,
        ["sin"] = Math.Sin,
        ["sinh"] = Math.Sinh,
        ["sqrt"] = Math.Sqrt,
        ["tan"] = Math.Tan,
        ["tanh"] = Math.Tanh,
    };

    public static Func<double, double>? Find(string name) => Functions.GetValueOrDefault(name);

    public static void Map(QueryContext context, StepSeries series, TimeGrid grid, Func<double, double> function, Action<StepSeries> consume) =>
        Map(context, series, grid, (value, _) => function(value), consume);

    /// <summary>The functions that take scalars besides: clamp, clamp_min, clamp_max, round.</summary>
    public static void EachWithScalars(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var context = evaluator.Context;
        var a = call.Arguments.Count > 1 ? evaluator.Scalar(call.Arguments[1], grid) : evaluator.Constant(1, grid);
        var b = call.Arguments.Count > 2 ? evaluator.Scalar(call.Arguments[2], grid) : null;
        Func<double, int, double> function = call.Function.Name switch
        {
            "clamp" => (value, step) => Clamp(value, a[step], b![step]),
            "clamp_min" => (value, step) => Math.Max(value, a[step]),
            "clamp_max" => (value, step) => Math.Min(value, a[step]),
            _ => (value, step) => Round(value, a[step]),
        };
        evaluator.Each(call.Arguments[0], grid, series => Map(context, series, grid, function, consume));
        context.Return(a);
        if (b is not null)
            context.Return(b);
    }

    public static StepSeries Negate(StepSeries series, TimeGrid grid)
    {
        for (var i = 0; i < grid.Count; i++)
        {
            if (series.HasFloat(i))
                series.Values[i] = -series.Values[i];
            else if (series.Histogram(i) is { } histogram)
                series.Set(i, HistogramMath.Scale(histogram, -1));
        }
        series.DropName = true;
        return series;
    }

    private static void Map(QueryContext context, StepSeries series, TimeGrid grid, Func<double, int, double> function, Action<StepSeries> consume)
    {
        var any = false;
        for (var i = 0; i < grid.Count; i++)
        {
            if (!series.HasFloat(i))
                continue;
            series.Values[i] = function(series.Values[i], i);
            any |= series.HasFloat(i);
        }
        series.Histograms = null;
        series.DropName = true;
        if (any)
            consume(series);
        else
            context.Return(series.Values);
    }

    // Why: bounds the wrong way round leave nothing to clamp to; a NaN bound makes everything NaN.
    private static double Clamp(double value, double least, double most) => most < least ? StepSeries.Absent : Math.Max(least, Math.Min(most, value));

    // Why: through the inverse, so that rounding to 0.1 gives 0.3 and not 0.30000000000000004.
    private static double Round(double value, double nearest)
    {
        var inverse = 1 / nearest;
        return Math.Floor(value * inverse + 0.5) / inverse;
    }
}
