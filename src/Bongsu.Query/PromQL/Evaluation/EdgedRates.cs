using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Functions of anchored and smoothed selectors. Their windows reach beyond the range by the lookback (see <see cref="EdgeWidths"/>); what the series was
/// worth at both ends of the range is taken from there, so nothing is extrapolated.
/// </summary>
internal sealed class EdgedRates(QueryContext context, CallExpr call, RangeExpr argument)
{
    private static readonly string[] AnchoredFunctions = ["changes", "delta", "increase", "rate", "resets"];
    private static readonly string[] SmoothedFunctions = ["delta", "increase", "rate"];

    private readonly RangeEdges _edges = argument.Selector.Edges;
    private readonly EdgeWidths _widths = EdgeWidths.Of(argument.Selector.Edges, context.Options);
    private readonly bool _isCounter = call.Function.Name is "rate" or "increase";
    private readonly RateNotes _notes = new(context, call, argument);
    private readonly OverTimeFunctions _overTime = new(context, argument);

    private bool IsSmoothed => _edges == RangeEdges.Smoothed;

    /// <summary>What computes the function; fails when it does not go with the selector's modifier.</summary>
    public RangeFunction Find()
    {
        var name = call.Function.Name;
        if (ReferenceEquals(call.Function, QueryResolver.Smoothed))
            return new SmoothedSelector(context, argument, _widths).At;
        var (modifier, functions) = IsSmoothed ? ("smoothed", SmoothedFunctions) : ("anchored", AnchoredFunctions);
        if (!functions.Contains(name))
            throw context.Fail(call, $"{modifier} modifier can only be used with: {string.Join(", ", functions)} - not with {name}");
        if (name is "changes" or "resets")
        {
            var function = _overTime.Find(name)!;
            return (in RangeWindow window) => FromAnchor(window, out var inside) ? function(inside) : RangeResult.None;
        }
        return Rate;
    }

    private RangeResult Rate(in RangeWindow window)
    {
        if (window.IsMixed)
            return _notes.Mixed(window.Labels);
        var (begin, end) = _widths.Inside(window.BeginMs, window.EndMs);
        var times = window.Times.IsEmpty ? window.HistogramTimes : window.Times;
        if (EdgeIndexes.Find(times, begin, end, IsSmoothed) is not { } edges)
            return RangeResult.None;
        var perSecond = call.Function.Name == "rate" ? (end - begin) / 1000.0 : 1;
        if (window.Times.IsEmpty)
            return new EdgedHistogramRate(_notes, window.Labels, _isCounter, IsSmoothed).Of(window, edges, begin, end, perSecond);
        _notes.CheckCounterName(window.Labels);
        return RangeResult.Of(Change(window.Times, window.Values, edges, begin, end) / perSecond);
    }

    private double Change(ReadOnlySpan<long> times, ReadOnlySpan<double> values, EdgeIndexes edges, long begin, long end)
    {
        var (first, last) = edges;
        var left = IsSmoothed && times[first] < begin ? OnLine(times, values, first, begin, _isCounter) : values[first];
        var right = IsSmoothed && last > 0 && times[last] > end ? OnLine(times, values, last - 1, end, _isCounter) : values[last];
        if (!_isCounter)
            return right - left;
        // Why: both ends have minded the resets beside them.
        first += times[first] <= begin ? 1 : 0;
        last -= times[last] >= end ? 1 : 0;
        var lost = 0.0;
        var previous = left;
        for (var i = first; i <= last; i++)
        {
            lost += values[i] < previous ? previous : 0;
            previous = values[i];
        }
        return right - left + lost + (right < previous ? previous : 0);
    }

    /// <summary>The value at a moment on the line from one sample to the next; a counter that was reset between them began at zero.</summary>
    public static double OnLine(ReadOnlySpan<long> times, ReadOnlySpan<double> values, int at, long moment, bool isCounter)
    {
        var (from, to) = (values[at], values[at + 1]);
        if (isCounter && to < from)
            from = 0;
        return from + (to - from) * (moment - times[at]) / (times[at + 1] - times[at]);
    }

    // The samples inside the range, and before them the newest that is not.
    private bool FromAnchor(in RangeWindow window, out RangeWindow inside)
    {
        var begin = _widths.Inside(window.BeginMs, window.EndMs).BeginMs;
        var floats = CountUpTo(window.Times, begin);
        var histograms = CountUpTo(window.HistogramTimes, begin);
        inside = default;
        if (floats == window.Times.Length && histograms == window.HistogramTimes.Length)
            return false;
        var isFloatAnchor = histograms == 0 || (floats > 0 && window.Times[floats - 1] >= window.HistogramTimes[histograms - 1]);
        floats -= isFloatAnchor && floats > 0 ? 1 : 0;
        histograms -= isFloatAnchor || histograms == 0 ? 0 : 1;
        inside = new RangeWindow
        {
            Labels = window.Labels,
            Times = window.Times[floats..],
            Values = window.Values[floats..],
            HistogramTimes = window.HistogramTimes[histograms..],
            Histograms = window.Histograms[histograms..],
            Step = window.Step,
            EvaluatedMs = window.EvaluatedMs,
            BeginMs = begin,
            EndMs = window.EndMs,
            IsMonotonic = window.IsMonotonic,
        };
        return true;
    }

    private static int CountUpTo(ReadOnlySpan<long> times, long moment)
    {
        var at = times.BinarySearch(moment);
        return at >= 0 ? at + 1 : ~at;
    }
}
