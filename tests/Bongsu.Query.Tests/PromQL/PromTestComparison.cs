using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>In what a result differs from what a script expects; null when in nothing.</summary>
internal static class PromTestComparison
{
    public static string? Of(EvalCommand eval, PromValue value)
    {
        switch (value)
        {
            case PromString text:
                return text.Text == eval.Text ? null : $"expected string {eval.Text}, got {text.Text}";
            case PromScalar scalar:
                return eval.Scalar is { } wanted && IsClose(wanted, scalar.Point.Value) ? null : $"expected scalar {eval.Scalar}, got {scalar.Point.Value}";
            case PromVector vector:
                return OfSeries(eval, [.. vector.Samples.Select(s => new PromSeries(s.Labels, [s.Point]))]);
            default:
                return OfSeries(eval, ((PromMatrix)value).Series);
        }
    }

    public static string? OfSeries(EvalCommand eval, IReadOnlyList<PromSeries> got)
    {
        if (eval.Scalar is { } scalar && !eval.IsRange)
            return $"expected scalar {scalar}, got {got.Count} series";
        var wanted = eval.Series.Where(s => s.Points.Exists(p => !p.IsOmitted)).ToList();
        if (eval.IsRange && eval.Scalar is { } constant)
            wanted = [(LabelSet.Empty, Enumerable.Repeat(new PromTestPoint(false, constant, null), got.Count == 0 ? 0 : got[0].Points.Count).ToList())];
        var byLabels = got.ToDictionary(s => s.Labels);
        foreach (var (labels, points) in wanted)
        {
            if (!byLabels.Remove(labels, out var series))
                return $"missing {labels}; got {Show(got)}";
            if (ComparePoints(eval, points, series) is { } difference)
                return $"{labels}: {difference}; got {Show([series])}";
        }
        if (byLabels.Count > 0)
            return $"unexpected {byLabels.Keys.First()}; got {Show(got)}";
        return eval.IsOrdered && !wanted.Select(s => s.Labels).SequenceEqual(got.Select(s => s.Labels)) ? $"wrong order: {Show(got)}" : null;
    }

    private static string? ComparePoints(EvalCommand eval, List<PromTestPoint> wanted, PromSeries got)
    {
        var (start, step) = eval.RangeVector is { } range ? (range.StartMs, range.StepMs) : (eval.StartMs, eval.StepMs);
        var at = 0;
        for (var i = 0; i < wanted.Count; i++)
        {
            if (wanted[i].IsOmitted)
                continue;
            var time = start + i * step;
            if (at >= got.Points.Count || got.Points[at].TimestampMs != time)
                return $"expected a point at {time}";
            if (PointDifference(wanted[i], got.Points[at++]) is { } difference)
                return $"at {time}: {difference}";
        }
        return at == got.Points.Count ? null : $"unexpected point at {got.Points[at].TimestampMs}";
    }

    private static string? PointDifference(PromTestPoint wanted, PromPoint got)
    {
        if (wanted.Histogram is not { } histogram)
            return got.Histogram is null && IsClose(wanted.Value, got.Value) ? null : $"expected {PromNumber.Format(wanted.Value)}";
        if (got.Histogram is null)
            return "expected a histogram";
        if (wanted.SaysHint && histogram.ResetHint != got.Histogram.ResetHint)
            return $"expected the reset hint {histogram.ResetHint}, got {got.Histogram.ResetHint}";
        var a = Buckets(histogram);
        var b = Buckets(got.Histogram);
        var isSame = histogram.Schema == got.Histogram.Schema && histogram.ZeroThreshold == got.Histogram.ZeroThreshold
            && histogram.CustomValues.SequenceEqual(got.Histogram.CustomValues) && IsClose(histogram.Count, got.Histogram.Count) && IsClose(histogram.Sum, got.Histogram.Sum) && a.Count == b.Count
            && a.Zip(b).All(p => p.First.Lower == p.Second.Lower && p.First.Upper == p.Second.Upper && IsClose(p.First.Count, p.Second.Count));
        return isSame ? null : $"expected {Evaluated(histogram)}";
    }

    private static List<BoundedBucket> Buckets(NativeHistogram histogram) => [.. histogram.ByBounds().Where(b => b.Count != 0)];

    private static string Evaluated(NativeHistogram h) => $"{h.Schema}/{h.ZeroThreshold}/{h.Count}/{h.Sum} {string.Join(" ", Buckets(h).Select(b => $"({b.Lower},{b.Upper}]:{b.Count}"))}";

    private static string Show(IReadOnlyList<PromSeries> series) => string.Join(" | ", series.Take(3).Select(s =>
        $"{s.Labels} {string.Join(" ", s.Points.Take(12).Select(p => $"{p.TimestampMs}={(p.Histogram is null ? PromNumber.Format(p.Value) : Evaluated(p.Histogram))}"))}"));

    private static bool IsClose(double wanted, double got)
    {
        if (wanted == got || (double.IsNaN(wanted) && double.IsNaN(got)))
            return true;
        var difference = Math.Abs(wanted - got);
        var size = Math.Abs(wanted) + Math.Abs(got);
        return wanted == 0 || got == 0 || size < double.MinValue ? difference < 1e-6 * double.Epsilon : difference / Math.Min(size, double.MaxValue) < 1e-6;
    }
}
