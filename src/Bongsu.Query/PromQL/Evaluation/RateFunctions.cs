using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>rate, increase and delta (extrapolated to the ends of the range), irate and idelta (the last two samples).</summary>
internal sealed class RateFunctions(QueryContext context, CallExpr call, PromExpr argument)
{
    private readonly bool _isCounter = call.Function.Name is "rate" or "increase" or "irate";
    private readonly bool _isRate = call.Function.Name is "rate" or "irate";
    private readonly bool _checksName = call.Function.Name is "rate" or "increase";
    private LabelSet? _checkedName;

    public RangeResult Extrapolated(in RangeWindow window)
    {
        if (window.IsMixed)
            return Mixed(window);
        if (window.HistogramTimes.Length > 1)
            return HistogramRate(window);
        if (window.Times.Length < 2)
            return RangeResult.None;
        if (_checksName)
            CheckCounterName(window.Labels);
        var values = window.Values;
        var change = _isCounter && !window.IsMonotonic ? CounterChange(values) : values[^1] - values[0];
        var factor = ExtrapolationFactor(window, window.Times, change, values[0]);
        return RangeResult.Of(change * factor);
    }

    public RangeResult Instant(in RangeWindow window)
    {
        var floats = window.Times.Length;
        var histograms = window.HistogramTimes.Length;
        if (floats + histograms < 2)
            return RangeResult.None;
        var lastFloat = floats > 0 ? window.Times[^1] : long.MinValue;
        var lastHistogram = histograms > 0 ? window.HistogramTimes[^1] : long.MinValue;
        if (lastFloat > lastHistogram)
            return floats > 1 && window.Times[^2] > lastHistogram ? InstantFloat(window) : Mixed(window);
        return histograms > 1 && window.HistogramTimes[^2] > lastFloat ? InstantHistogram(window) : Mixed(window);
    }

    private RangeResult InstantFloat(in RangeWindow window)
    {
        var (previous, last) = (window.Values[^2], window.Values[^1]);
        var change = _isRate && last < previous ? last : last - previous;
        var intervalMs = window.Times[^1] - window.Times[^2];
        return RangeResult.Of(_isRate ? change / (intervalMs / 1000.0) : change);
    }

    private RangeResult InstantHistogram(in RangeWindow window)
    {
        var (previous, last) = (window.Histograms[^2], window.Histograms[^1]);
        if (_isRate && (previous.ResetHint == CounterResetHint.Gauge || last.ResetHint == CounterResetHint.Gauge))
            WarnNot("counter", window.Labels);
        if (!_isRate && (previous.ResetHint != CounterResetHint.Gauge || last.ResetHint != CounterResetHint.Gauge))
            WarnNot("gauge", window.Labels);
        var change = last;
        if (!_isRate || !HistogramMath.IsReset(previous, last))
        {
            change = Combine(last, previous, -1, window.Labels);
            if (change is null)
                return RangeResult.None;
        }
        var intervalMs = window.HistogramTimes[^1] - window.HistogramTimes[^2];
        change = _isRate ? HistogramMath.Divide(change, intervalMs / 1000.0) : change;
        return RangeResult.Of(change with { ResetHint = CounterResetHint.Gauge });
    }

    private RangeResult HistogramRate(in RangeWindow window)
    {
        var histograms = window.Histograms;
        // Why: when the counter was reset right after the first sample, that one says nothing about the increase.
        var startsAnew = _isCounter && HistogramMath.IsReset(histograms[0], histograms[1]);
        if (!SameKind(startsAnew ? histograms[1..] : histograms))
            return MixedSchemas(window.Labels);
        CheckHints(histograms, window.Labels);
        var change = histograms[^1];
        if (!startsAnew)
            change = Combine(change, histograms[0], -1, window.Labels);
        var schema = change!.Schema;
        for (var i = 1; _isCounter && i < histograms.Length; i++)
        {
            schema = Math.Min(schema, histograms[i].Schema);
            if (i > 1 && HistogramMath.IsReset(histograms[i - 1], histograms[i]))
                change = Combine(change!, histograms[i - 1], 1, window.Labels);
        }
        var factor = ExtrapolationFactor(window, window.HistogramTimes, change!.Count, histograms[0].Count);
        change = HistogramMath.ToSchema(change, schema);
        return RangeResult.Of(HistogramMath.Scale(change, factor) with { ResetHint = CounterResetHint.Gauge });
    }

    private static bool SameKind(ReadOnlySpan<NativeHistogram> histograms)
    {
        foreach (var histogram in histograms)
        {
            if (histogram.IsCustom() != histograms[0].IsCustom())
                return false;
        }
        return true;
    }

    private void CheckHints(ReadOnlySpan<NativeHistogram> histograms, LabelSet labels)
    {
        var gauges = 0;
        foreach (var histogram in histograms)
            gauges += histogram.ResetHint == CounterResetHint.Gauge ? 1 : 0;
        if (_isCounter && gauges > 0)
            WarnNot("counter", labels);
        if (!_isCounter && (histograms[0].ResetHint != CounterResetHint.Gauge || histograms[^1].ResetHint != CounterResetHint.Gauge))
            WarnNot("gauge", labels);
    }

    // Why: what is added for resets may nearly cancel what the last value is below the first.
    private static double CounterChange(ReadOnlySpan<double> values)
    {
        var change = new KahanSum();
        change.Add(values[^1]);
        change.Add(-values[0]);
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
                change.Add(values[i - 1]);
        }
        return change.Total;
    }

    private double ExtrapolationFactor(in RangeWindow window, ReadOnlySpan<long> times, double change, double first)
    {
        var extrapolation = new Extrapolation(times[0], times[^1], times.Length, window.BeginMs, window.EndMs, _isRate);
        return _isCounter ? extrapolation.CounterFactor(change, first) : extrapolation.Factor;
    }

    private NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double sign, LabelSet labels)
    {
        var result = HistogramMath.Combine(a, b, sign, out var reconciled);
        if (result is null)
            MixedSchemas(labels);
        if (reconciled)
            context.Info(argument, $"mismatched custom buckets were reconciled during {(sign < 0 ? "subtraction" : "addition")}");
        return result;
    }

    private RangeResult Mixed(in RangeWindow window)
    {
        context.Warn(argument, QueryContext.OfMetric("encountered a mix of histograms and floats", window.Labels));
        return RangeResult.None;
    }

    private RangeResult MixedSchemas(LabelSet labels)
    {
        context.Warn(argument, QueryContext.OfMetric("vector contains a mix of histograms with exponential and custom buckets schemas", labels));
        return RangeResult.None;
    }

    private void WarnNot(string kind, LabelSet labels) =>
        context.Warn(argument, $"this native histogram metric is not a {kind}: {PromQlPrinter.Quote(labels.Get(LabelNames.MetricName) ?? "")}");

    /// <summary>Says so when a metric whose rate is taken is not named like a counter.</summary>
    public static void CheckCounterName(QueryContext context, PromExpr argument, LabelSet labels)
    {
        if (!labels.TryGet("__name__"u8, out var name) || name.EndsWith("_total"u8) || name.EndsWith("_sum"u8) || name.EndsWith("_count"u8)
            || name.EndsWith("_bucket"u8))
            return;
        context.Info(argument, "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
            + PromQlPrinter.Quote(labels.Get(LabelNames.MetricName)!));
    }

    private void CheckCounterName(LabelSet labels)
    {
        if (ReferenceEquals(labels, _checkedName))
            return;
        _checkedName = labels;
        CheckCounterName(context, argument, labels);
    }
}
