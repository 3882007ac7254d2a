using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The *_over_time functions, resets and changes.</summary>
internal sealed class OverTimeFunctions(QueryContext context, PromExpr argument)
{
    private double[] _scratch = new double[64];

    public RangeFunction? Find(string name) => name switch
    {
        "sum_over_time" => Sum,
        "avg_over_time" => Average,
        "count_over_time" => (in RangeWindow w) => RangeResult.Of(w.Times.Length + w.HistogramTimes.Length),
        "present_over_time" => (in RangeWindow w) => RangeResult.Of(1),
        "last_over_time" => Last,
        "first_over_time" => First,
        "min_over_time" => (in RangeWindow w) => Extreme(w, least: true, time: false),
        "max_over_time" => (in RangeWindow w) => Extreme(w, least: false, time: false),
        "ts_of_min_over_time" => (in RangeWindow w) => Extreme(w, least: true, time: true),
        "ts_of_max_over_time" => (in RangeWindow w) => Extreme(w, least: false, time: true),
        "ts_of_last_over_time" => (in RangeWindow w) => RangeResult.Of(Math.Max(End(w.Times), End(w.HistogramTimes)) / 1000.0),
        "ts_of_first_over_time" => (in RangeWindow w) => RangeResult.Of(Math.Min(Begin(w.Times), Begin(w.HistogramTimes)) / 1000.0),
        "stdvar_over_time" => (in RangeWindow w) => Floats(w) ? RangeResult.Of(Variance(w.Values)) : RangeResult.None,
        "stddev_over_time" => (in RangeWindow w) => Floats(w) ? RangeResult.Of(Math.Sqrt(Variance(w.Values))) : RangeResult.None,
        "mad_over_time" => MedianDeviation,
        "resets" => (in RangeWindow w) => RangeResult.Of(Transitions(w, IsReset)),
        "changes" => (in RangeWindow w) => RangeResult.Of(Transitions(w, IsChange)),
        _ => null,
    };

    public RangeFunction Quantile(PromExpr parameter, double[] quantiles) => (in RangeWindow window) =>
    {
        if (!Floats(window))
            return RangeResult.None;
        var q = quantiles[window.Step];
        if (!(q >= 0 && q <= 1))
            context.Warn(parameter, $"quantile value should be between 0 and 1, got {PromNumber.FormatShort(q)}");
        return RangeResult.Of(Quantiles.Of(q, Sorted(window.Values)));
    };

    public static void SayHistogramsIgnored(QueryContext context, PromExpr at, LabelSet labels) =>
        context.Info(at, QueryContext.OfMetric("ignored histograms in a range containing both floats and histograms", labels));

    // Functions of floats alone: false when there are none; says so when histograms are left out.
    private bool Floats(in RangeWindow window)
    {
        if (window.IsMixed)
            SayHistogramsIgnored(context, argument, window.Labels);
        return !window.Times.IsEmpty;
    }

    private RangeResult Sum(in RangeWindow window)
    {
        if (window.IsMixed)
            return Mixed(window);
        if (window.Times.IsEmpty)
            return Histograms(window, new HistogramSum(context, argument)) is { } total ? RangeResult.Of(total.Total!) : RangeResult.None;
        var sum = new KahanSum();
        foreach (var value in window.Values)
            sum.Add(value);
        return RangeResult.Of(sum.Total);
    }

    private RangeResult Average(in RangeWindow window)
    {
        if (window.IsMixed)
            return Mixed(window);
        if (window.Times.IsEmpty)
            return Histograms(window, HistogramSum.ForMean(context, argument)) is { } total ? RangeResult.Of(total.Mean!) : RangeResult.None;
        var mean = new KahanMean();
        foreach (var value in window.Values)
            mean.Add(value);
        return RangeResult.Of(mean.Mean);
    }

    private HistogramSum? Histograms(in RangeWindow window, HistogramSum sum)
    {
        foreach (var histogram in window.Histograms)
        {
            if (sum.Add(histogram))
                continue;
            context.Warn(argument, QueryContext.OfMetric("vector contains a mix of histograms with exponential and custom buckets schemas", window.Labels));
            return null;
        }
        return sum;
    }

    private static RangeResult Last(in RangeWindow window) =>
        End(window.Times) > End(window.HistogramTimes) ? RangeResult.Of(window.Values[^1]) : RangeResult.Of(window.Histograms[^1]);

    private static RangeResult First(in RangeWindow window) =>
        Begin(window.Times) < Begin(window.HistogramTimes) ? RangeResult.Of(window.Values[0]) : RangeResult.Of(window.Histograms[0]);

    private RangeResult Extreme(in RangeWindow window, bool least, bool time)
    {
        if (!Floats(window))
            return RangeResult.None;
        var values = window.Values;
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if ((least ? values[i] < values[best] : values[i] > values[best]) || double.IsNaN(values[best]) || (time && values[i] == values[best]))
                best = i;
        }
        return RangeResult.Of(time ? window.Times[best] / 1000.0 : values[best]);
    }

    private static double Variance(ReadOnlySpan<double> values)
    {
        KahanSum mean = default, squares = default;
        var count = 0;
        foreach (var value in values)
        {
            count++;
            var delta = value - mean.Total;
            mean.Add(delta / count);
            squares.Add(delta * (value - mean.Total));
        }
        return squares.Total / count;
    }

    private RangeResult MedianDeviation(in RangeWindow window)
    {
        if (!Floats(window))
            return RangeResult.None;
        var sorted = Sorted(window.Values);
        if (double.IsNaN(sorted[0]))
            return RangeResult.Of(double.NaN);
        var median = Quantiles.Of(0.5, sorted);
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = Math.Abs(sorted[i] - median);
        Quantiles.Sort(sorted);
        return RangeResult.Of(Quantiles.Of(0.5, sorted));
    }

    private Span<double> Sorted(ReadOnlySpan<double> values)
    {
        if (_scratch.Length < values.Length)
            _scratch = new double[values.Length * 2];
        var copy = _scratch.AsSpan(0, values.Length);
        values.CopyTo(copy);
        Quantiles.Sort(copy);
        return copy;
    }

    // Walks floats and histograms together in time and counts the neighbours of which something is true.
    private static int Transitions(in RangeWindow window, Func<double, NativeHistogram?, double, NativeHistogram?, bool> counts)
    {
        int i = 0, j = 0, total = 0;
        var previousValue = 0.0;
        NativeHistogram? previous = null;
        while (i < window.Times.Length || j < window.HistogramTimes.Length)
        {
            var isFirst = i + j == 0;
            var isFloat = j >= window.HistogramTimes.Length || (i < window.Times.Length && window.Times[i] < window.HistogramTimes[j]);
            var value = isFloat ? window.Values[i++] : 0;
            var histogram = isFloat ? null : window.Histograms[j++];
            if (!isFirst && counts(previousValue, previous, value, histogram))
                total++;
            (previousValue, previous) = (value, histogram);
        }
        return total;
    }

    private static bool IsReset(double before, NativeHistogram? histogramBefore, double now, NativeHistogram? histogramNow) =>
        histogramBefore is null != histogramNow is null
        || (histogramNow is null ? now < before : HistogramMath.IsReset(histogramBefore!, histogramNow));

    private static bool IsChange(double before, NativeHistogram? histogramBefore, double now, NativeHistogram? histogramNow) =>
        histogramBefore is null != histogramNow is null
        || (histogramNow is null ? now != before && !(double.IsNaN(now) && double.IsNaN(before)) : !HistogramMath.AreEqual(histogramBefore!, histogramNow));

    private RangeResult Mixed(in RangeWindow window)
    {
        context.Warn(argument, QueryContext.OfMetric("encountered a mix of histograms and floats", window.Labels));
        return RangeResult.None;
    }

    private static long End(ReadOnlySpan<long> times) => times.IsEmpty ? long.MinValue : times[^1];

    private static long Begin(ReadOnlySpan<long> times) => times.IsEmpty ? long.MaxValue : times[0];
}
