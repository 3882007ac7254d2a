using Bongsu.Query.PromQL.Histograms;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>A histogram as the API shows it, in a form that can be compared: its filled buckets as custom ones between all their bounds.</summary>
internal static class ShownHistogram
{
    public static NativeHistogram Of(NativeHistogram histogram) => Of(histogram.Count, histogram.Sum, HistogramView.Buckets(histogram));

    public static NativeHistogram Of(double count, double sum, List<HistogramViewBucket> buckets)
    {
        double[] bounds = [.. buckets.SelectMany(b => new[] { b.Lower, b.Upper }).Where(double.IsFinite).Distinct().Order()];
        var indexed = buckets.Select(b => new IndexedBucket(double.IsFinite(b.Upper) ? Array.IndexOf(bounds, b.Upper) : bounds.Length, b.Count)).OrderBy(b => b.Index);
        var (spans, counts) = HistogramBuckets.Encode([.. indexed]);
        return new NativeHistogram
        {
            Schema = NativeHistogram.CustomBucketsSchema,
            Count = count,
            Sum = sum,
            CustomValues = bounds,
            PositiveSpans = spans,
            PositiveBuckets = counts,
        };
    }
}
