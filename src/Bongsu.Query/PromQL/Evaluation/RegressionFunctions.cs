using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>deriv and predict_linear: least squares over the floats of a range.</summary>
internal sealed class RegressionFunctions(QueryContext context, PromExpr argument, double[]? aheadSeconds)
{
    public RangeResult Apply(in RangeWindow window)
    {
        if (window.Times.Length < 2)
        {
            // Why: a lone float beside histograms is not enough either, but then the user should know why.
            if (window.IsMixed)
                OverTimeFunctions.SayHistogramsIgnored(context, argument, window.Labels);
            return RangeResult.None;
        }
        if (window.IsMixed)
            OverTimeFunctions.SayHistogramsIgnored(context, argument, window.Labels);
        var origin = aheadSeconds is null ? window.Times[0] : window.EvaluatedMs;
        var (slope, intercept) = Fit(window, origin);
        return RangeResult.Of(aheadSeconds is null ? slope : intercept + slope * aheadSeconds[window.Step]);
    }

    private static (double Slope, double Intercept) Fit(in RangeWindow window, long originMs)
    {
        var values = window.Values;
        if (IsConstant(values))
            return double.IsInfinity(values[0]) ? (double.NaN, double.NaN) : (0, values[0]);
        KahanSum sumX = default, sumY = default, sumXY = default, sumX2 = default;
        for (var i = 0; i < values.Length; i++)
        {
            var x = (window.Times[i] - originMs) / 1000.0;
            sumX.Add(x);
            sumY.Add(values[i]);
            sumXY.Add(x * values[i]);
            sumX2.Add(x * x);
        }
        double n = values.Length;
        var covariance = sumXY.Total - sumX.Total * sumY.Total / n;
        var variance = sumX2.Total - sumX.Total * sumX.Total / n;
        var slope = covariance / variance;
        return (slope, sumY.Total / n - slope * sumX.Total / n);
    }

    private static bool IsConstant(ReadOnlySpan<double> values)
    {
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] != values[0])
                return false;
        }
        return true;
    }
}
