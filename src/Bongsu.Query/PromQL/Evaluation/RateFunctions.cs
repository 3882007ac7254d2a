using Bongsu.Query.PromQL.Histograms;
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
        if (_checksName && !window.Times.IsEmpty)
            CheckCounterName(window.Labels);
        if (window.IsMixed)
            return Mixed(window);
        if (window.HistogramTimes.Length > 1)
            return HistogramRate(window);
        if (window.Times.Length < 2)
            return RangeResult.None;
        var values = window.Values;
        var change = values[^1] - values[0];
        if (_isCounter && !window.IsMonotonic)
            change += Resets(values);
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

    private static double Resets(ReadOnlySpan<double> values)
    {
        var lost = 0.0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
                lost += values[i - 1];
        }
        return lost;
    }

    // The change seen between first and last sample stands for a range that is longer: it is stretched to the ends of the range, or by half a sample
    // interval where the series seems to begin or end inside, and for counters not beyond where the counter would have been zero.
    private double ExtrapolationFactor(in RangeWindow window, ReadOnlySpan<long> times, double change, double first)
    {
        var sampled = (times[^1] - times[0]) / 1000.0;
        var interval = sampled / (times.Length - 1);
        var toStart = (times[0] - window.BeginMs) / 1000.0;
        var toEnd = (window.EndMs - times[^1]) / 1000.0;
        var threshold = interval * 1.1;
        if (toStart >= threshold)
            toStart = interval / 2;
        if (_isCounter && change > 0 && first >= 0)
            toStart = Math.Min(toStart, sampled * (first / change));
        if (toEnd >= threshold)
            toEnd = interval / 2;
        var factor = (sampled + toStart + toEnd) / sampled;
        return _isRate ? factor / window.RangeSeconds : factor;
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
        context.Warn(argument, QueryContext.ForMetric("encountered a mix of histograms and floats", window.Labels));
        return RangeResult.None;
    }

    private RangeResult MixedSchemas(LabelSet labels)
    {
        context.Warn(argument, QueryContext.ForMetric("vector contains a mix of histograms with exponential and custom buckets schemas", labels));
        return RangeResult.None;
    }

    private void WarnNot(string kind, LabelSet labels) =>
        context.Warn(argument, $"this native histogram metric is not a {kind}: {PromQlPrinter.Quote(labels.Get(LabelNames.MetricName) ?? "")}");

    private void CheckCounterName(LabelSet labels)
    {
        if (ReferenceEquals(labels, _checkedName))
            return;
        _checkedName = labels;
        var name = labels.Get(LabelNames.MetricName);
        if (string.IsNullOrEmpty(name) || name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_sum", StringComparison.Ordinal)
            || name.EndsWith("_count", StringComparison.Ordinal) || name.EndsWith("_bucket", StringComparison.Ordinal))
            return;
        context.Info(argument, $"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {PromQlPrinter.Quote(name)}");
    }
}
