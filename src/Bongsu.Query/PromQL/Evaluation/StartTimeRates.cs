using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// rate, increase, irate and resets of series whose samples say when their counter began: a start after the sample before is a reset even when the value
/// did not fall, and a start inside the range takes the place of extrapolating to its begin.
/// </summary>
internal sealed class StartTimeRates(QueryContext context, CallExpr call, PromExpr argument)
{
    private readonly RateNotes _notes = new(context, call, argument);
    private readonly bool _isPerSecond = call.Function.Name is "rate" or "irate";

    public static bool Concerns(CallExpr call, QueryContext context) =>
        context.Options is { Experimental: true, UseStartTimes: true } && call.Function.Name is "rate" or "increase" or "irate" or "resets";

    /// <summary>The function over windows that know start times; the plain one over others.</summary>
    public RangeFunction Or(RangeFunction plain)
    {
        RangeFunction known = call.Function.Name switch
        {
            "irate" => Instant,
            "resets" => Resets,
            _ => Extrapolated,
        };
        return (in RangeWindow window) => window.StartTimes.IsEmpty && window.HistogramStartTimes.IsEmpty ? plain(window) : known(window);
    }

    private RangeResult Extrapolated(in RangeWindow window)
    {
        if (window.IsMixed)
            return _notes.Mixed(window.Labels);
        var isFloat = window.HistogramTimes.IsEmpty;
        var times = isFloat ? window.Times : window.HistogramTimes;
        var starts = isFloat ? StartTimes.Floats(window) : StartTimes.Histograms(window);
        var begins = starts.BeginsInside(window.BeginMs);
        if (times.Length < 2 && begins is null)
            return RangeResult.None;
        return isFloat ? FloatRate(window, starts, begins) : HistogramRate(window, starts, begins);
    }

    private RangeResult FloatRate(in RangeWindow window, StartTimes starts, long? begins)
    {
        _notes.CheckCounterName(window.Labels);
        var values = window.Values;
        var change = values[^1] - values[0];
        var overlaps = false;
        for (var i = 1; i < values.Length; i++)
        {
            overlaps |= starts.Overlaps(i);
            if (values[i] < values[i - 1] || starts.IsReset(i))
                change += values[i - 1];
        }
        if (overlaps)
            _notes.StartsOverlap(window.Labels);
        if (begins is not null)
            change += values[0];
        return RangeResult.Of(change * Factor(window, window.Times, begins, change, values[0]));
    }

    private RangeResult HistogramRate(in RangeWindow window, StartTimes starts, long? begins)
    {
        var histograms = window.Histograms;
        var change = histograms.Length > 1 ? HistogramChange(window, starts) : null;
        if (histograms.Length > 1 && change is null)
            return _notes.MixedSchemas(window.Labels);
        if (begins is not null)
            change = change is null ? histograms[0] : Combine(change, histograms[0], 1);
        if (change is null)
            return _notes.MixedSchemas(window.Labels);
        var factor = Factor(window, window.HistogramTimes, begins, change.Count, histograms[0].Count);
        return RangeResult.Of(HistogramMath.Scale(change, factor) with { ResetHint = CounterResetHint.Gauge });
    }

    private NativeHistogram? HistogramChange(in RangeWindow window, StartTimes starts)
    {
        var histograms = window.Histograms;
        var startsAnew = starts.IsReset(1) || HistogramMath.IsReset(histograms[0], histograms[1]);
        var schema = startsAnew ? int.MaxValue : histograms[0].Schema;
        var overlaps = false;
        foreach (var histogram in startsAnew ? histograms[1..] : histograms)
        {
            if (histogram.IsCustom() != histograms[^1].IsCustom())
                return null;
            schema = Math.Min(schema, histogram.Schema);
        }
        foreach (var histogram in histograms)
        {
            if (histogram.ResetHint == CounterResetHint.Gauge)
                _notes.NotCounter(window.Labels);
        }
        var change = HistogramMath.ToSchema(histograms[^1], schema);
        if (!startsAnew)
            change = Combine(change, histograms[0], -1);
        for (var i = 1; change is not null && i < histograms.Length; i++)
        {
            overlaps |= starts.Overlaps(i);
            if (i > 1 && (starts.IsReset(i) || HistogramMath.IsReset(histograms[i - 1], histograms[i])))
                change = Combine(change, histograms[i - 1], 1);
        }
        if (overlaps)
            _notes.StartsOverlap(window.Labels);
        return change;
    }

    // As without start times, except that nothing is extrapolated to the begin when the counter is known to have begun inside.
    private double Factor(in RangeWindow window, ReadOnlySpan<long> times, long? begins, double change, double first)
    {
        var sampled = (times[^1] - (begins ?? times[0])) / 1000.0;
        var interval = times.Length > 1 ? (times[^1] - times[0]) / 1000.0 / (times.Length - 1) : 0;
        var toStart = begins is null ? (times[0] - window.BeginMs) / 1000.0 : 0;
        var toEnd = (window.EndMs - times[^1]) / 1000.0;
        var threshold = interval * 1.1;
        if (begins is null && toStart >= threshold)
            toStart = interval / 2;
        if (begins is null && change > 0 && first >= 0)
            toStart = Math.Min(toStart, sampled * (first / change));
        if (toEnd >= threshold)
            toEnd = interval / 2;
        var factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
        return _isPerSecond ? factor / window.RangeSeconds : factor;
    }

    private RangeResult Instant(in RangeWindow window)
    {
        var lastFloat = window.Times.IsEmpty ? long.MinValue : window.Times[^1];
        var lastHistogram = window.HistogramTimes.IsEmpty ? long.MinValue : window.HistogramTimes[^1];
        var isFloat = lastFloat > lastHistogram;
        var times = isFloat ? window.Times : window.HistogramTimes;
        if (window.Times.Length + window.HistogramTimes.Length < 2)
            return RangeResult.None;
        if (times.Length < 2 || times[^2] < Math.Min(lastFloat, lastHistogram))
            return _notes.Mixed(window.Labels);
        var seconds = (times[^1] - times[^2]) / 1000.0;
        if (isFloat)
        {
            var (before, now) = (window.Values[^2], window.Values[^1]);
            return RangeResult.Of((now < before || StartTimes.Floats(window).IsReset(times.Length - 1) ? now : now - before) / seconds);
        }
        var (previous, last) = (window.Histograms[^2], window.Histograms[^1]);
        if (previous.ResetHint == CounterResetHint.Gauge || last.ResetHint == CounterResetHint.Gauge)
            _notes.NotCounter(window.Labels);
        var change = StartTimes.Histograms(window).IsReset(times.Length - 1) || HistogramMath.IsReset(previous, last) ? last : Combine(last, previous, -1);
        return change is null
            ? _notes.MixedSchemas(window.Labels)
            : RangeResult.Of(HistogramMath.Divide(change, seconds) with { ResetHint = CounterResetHint.Gauge });
    }

    private static RangeResult Resets(in RangeWindow window)
    {
        var starts = StartTimes.Floats(window);
        var histogramStarts = StartTimes.Histograms(window);
        int i = 0, j = 0, resets = 0;
        bool? wasFloat = null;
        while (i < window.Times.Length || j < window.HistogramTimes.Length)
        {
            var isFloat = j >= window.HistogramTimes.Length || (i < window.Times.Length && window.Times[i] < window.HistogramTimes[j]);
            if (wasFloat is not null && wasFloat != isFloat)
                resets++;
            else if (wasFloat is not null && isFloat)
                resets += window.Values[i] < window.Values[i - 1] || starts.IsReset(i) ? 1 : 0;
            else if (wasFloat is not null)
                resets += histogramStarts.IsReset(j) || HistogramMath.IsReset(window.Histograms[j - 1], window.Histograms[j]) ? 1 : 0;
            wasFloat = isFloat;
            _ = isFloat ? i++ : j++;
        }
        return RangeResult.Of(resets);
    }

    private NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double sign)
    {
        var result = HistogramMath.Combine(a, b, sign, out var reconciled);
        if (reconciled)
            _notes.Reconciled(sign < 0 ? "subtraction" : "addition");
        return result;
    }
}
