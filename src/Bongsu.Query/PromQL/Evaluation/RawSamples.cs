using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A range vector as the answer of an instant query: the samples themselves.</summary>
internal static class RawSamples
{
    public static PromMatrix Matrix(Evaluator evaluator, PromExpr expr, TimeGrid grid)
    {
        var result = new List<PromSeries>();
        evaluator.EachColumns(expr, grid, (labels, dropName, samples, range) =>
        {
            var end = (range.FixedMs ?? grid.StartMs) - range.OffsetMs;
            var begin = end - range.RangeMs;
            if (expr.Bare() is RangeExpr { Selector.Edges: not RangeEdges.Plain } edged)
            {
                if (EdgedSamples.Of(edged, samples, begin, end, evaluator.Context) is { Count: > 0 } bent)
                    result.Add(new PromSeries(labels, bent));
                return;
            }
            var points = Points(samples, begin, end);
            evaluator.Context.Hold(points.Count);
            evaluator.Context.CountSeen(points.Count);
            if (points.Count > 0)
                result.Add(new PromSeries(dropName ? LabelProjection.WithoutName(labels) : labels, points));
        });
        ResultBuilder.SortByLabels(result, evaluator.Context);
        return new PromMatrix(result);
    }

    private static IReadOnlyList<PromPoint> Points(SampleColumns samples, long begin, long end)
    {
        var window = new WindowGrid(end, 1, 1, end - begin);
        var floats = new WindowCursor(samples.TimesMs.Span, window);
        var histograms = new WindowCursor(samples.HistogramTimesMs.Span, window);
        // Fast path: floats alone stay columns.
        var columns = new SamplePoints(samples.TimesMs.Span[floats.Low..floats.High], samples.Values.Span[floats.Low..floats.High]);
        if (histograms.Count == 0)
            return columns;
        var points = new List<PromPoint>(columns);
        for (var i = histograms.Low; i < histograms.High; i++)
            points.Add(new PromPoint(samples.HistogramTimesMs[i], 0, samples.Histograms[i]));
        points.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
        return points;
    }
}
