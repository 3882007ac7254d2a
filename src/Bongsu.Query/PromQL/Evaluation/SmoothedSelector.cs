using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A smoothed instant selector: the value on the line between the samples around the moment; the last one where none follows.</summary>
internal sealed class SmoothedSelector(QueryContext context, RangeExpr argument, EdgeWidths widths)
{
    private readonly RateNotes _notes = new(context, new CallExpr(argument.Span, QueryResolver.Smoothed, []), argument);

    public RangeResult At(in RangeWindow window)
    {
        if (window.IsMixed)
            return _notes.Mixed(window.Labels);
        var moment = window.EndMs - widths.ForwardMs;
        var times = window.Times.IsEmpty ? window.HistogramTimes : window.Times;
        var at = times.BinarySearch(moment);
        var next = at >= 0 ? at : ~at;
        if (at < 0 && next == 0)
            return RangeResult.None;
        if (window.Times.IsEmpty)
            return Histogram(window, moment, next, isExact: at >= 0);
        if (at >= 0)
            return RangeResult.Of(window.Values[at]);
        return RangeResult.Of(next == times.Length
            ? window.Values[next - 1]
            : EdgedRates.OnLine(times, window.Values, next - 1, moment, isCounter: false));
    }

    private RangeResult Histogram(in RangeWindow window, long moment, int next, bool isExact)
    {
        if (isExact)
            return RangeResult.Of(window.Histograms[next]);
        var before = window.Histograms[next - 1];
        // Why: a reset hint speaks of the sample before; a value carried on is no sample.
        if (next == window.Histograms.Length)
            return RangeResult.Of(before with { ResetHint = CounterResetHint.Unknown });
        var after = window.Histograms[next];
        var isCounter = before.ResetHint != CounterResetHint.Gauge || after.ResetHint != CounterResetHint.Gauge;
        var line = new HistogramLine(window.HistogramTimes[next - 1], before, window.HistogramTimes[next], after);
        return before.IsCustom() == after.IsCustom() && line.At(moment, isCounter, Combine) is { } histogram
            ? RangeResult.Of(histogram)
            : _notes.MixedSchemas(window.Labels);
    }

    private NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double sign)
    {
        var result = HistogramMath.Combine(a, b, sign, out var reconciled);
        if (reconciled)
            _notes.Reconciled(sign < 0 ? "subtraction" : "addition");
        return result;
    }
}
