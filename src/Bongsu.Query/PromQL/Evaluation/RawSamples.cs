using Bongsu.Query.PromQL.Syntax;

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
            var points = new List<PromPoint>(samples.TimesMs.Count);
            for (var i = 0; i < samples.TimesMs.Count; i++)
            {
                if (samples.TimesMs[i] > begin && samples.TimesMs[i] <= end)
                    points.Add(new PromPoint(samples.TimesMs[i], samples.Values[i]));
            }
            for (var i = 0; i < samples.HistogramTimesMs.Count; i++)
            {
                if (samples.HistogramTimesMs[i] > begin && samples.HistogramTimesMs[i] <= end)
                    points.Add(new PromPoint(samples.HistogramTimesMs[i], 0, samples.Histograms[i]));
            }
            evaluator.Context.Hold(points.Count);
            evaluator.Context.CountSeen(points.Count);
            if (samples.HistogramTimesMs.Count > 0)
                points.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
            if (points.Count > 0)
                result.Add(new PromSeries(dropName ? LabelProjection.WithoutName(labels) : labels, points));
        });
        ResultBuilder.SortByLabels(result, evaluator.Context);
        return new PromMatrix(result);
    }
}
