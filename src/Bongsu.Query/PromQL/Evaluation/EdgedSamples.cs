using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>An anchored or smoothed range vector as the answer of an instant query: the samples inside, and the values at both ends of the range.</summary>
internal static class EdgedSamples
{
    public static List<PromPoint> Of(RangeExpr range, SampleColumns samples, long windowBeginMs, long windowEndMs, QueryContext context)
    {
        var smoothed = range.Selector.Edges == RangeEdges.Smoothed;
        var times = Within(samples.TimesMs.Span, windowBeginMs, windowEndMs, out var from);
        if (!Within(samples.HistogramTimesMs.Span, windowBeginMs, windowEndMs, out _).IsEmpty)
            throw context.Fail(range, $"{(smoothed ? "smoothed" : "anchored")} modifier is not supported with histograms");
        var values = samples.Values.Span.Slice(from, times.Length);
        var (begin, end) = EdgeWidths.Of(range.Selector.Edges, context.Options).Inside(windowBeginMs, windowEndMs);
        var points = new List<PromPoint>();
        if (times.IsEmpty || EdgeIndexes.Find(times, begin, end, smoothed) is not { } edges)
            return points;
        var (first, last) = edges;
        points.Add(new PromPoint(begin, smoothed && times[first] < begin ? EdgedRates.OnLine(times, values, first, begin, false) : values[first]));
        for (var i = times[first] <= begin ? first + 1 : first; i <= (times[last] >= end ? last - 1 : last); i++)
            points.Add(new PromPoint(times[i], values[i]));
        points.Add(new PromPoint(end, smoothed && last > 0 && times[last] > end ? EdgedRates.OnLine(times, values, last - 1, end, false) : values[last]));
        return points;
    }

    private static ReadOnlySpan<long> Within(ReadOnlySpan<long> times, long begin, long end, out int from)
    {
        from = 0;
        while (from < times.Length && times[from] <= begin)
            from++;
        var to = from;
        while (to < times.Length && times[to] <= end)
            to++;
        return times[from..to];
    }
}
