using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Histograms;

/// <summary>One filled bucket as the Prometheus API shows it.</summary>
/// <param name="Boundaries">Which ends belong to it: 0 the upper, 1 the lower, 2 none, 3 both.</param>
/// <param name="Lower">Where it begins.</param>
/// <param name="Upper">Where it ends.</param>
/// <param name="Count">How many observations.</param>
public readonly record struct HistogramViewBucket(int Boundaries, double Lower, double Upper, double Count);

/// <summary>Native histograms for display.</summary>
public static class HistogramView
{
    /// <summary>The filled buckets, ascending; those beside the zero bucket begin where it ends.</summary>
    public static List<HistogramViewBucket> Buckets(NativeHistogram histogram)
    {
        var result = new List<HistogramViewBucket>();
        foreach (var bucket in histogram.ByBounds())
        {
            var isZero = !histogram.IsCustom() && bucket.Lower <= 0 && bucket.Upper >= 0;
            // Why: as in Prometheus, a zero bucket shows when it is positive; other buckets also when they are negative.
            if (isZero ? bucket.Count > 0 : bucket.Count != 0)
                result.Add(histogram.IsCustom() ? Custom(bucket) : Exponential(bucket, histogram.ZeroThreshold));
        }
        return result;
    }

    private static HistogramViewBucket Custom(BoundedBucket b) => new(double.IsNegativeInfinity(b.Lower) ? 3 : 0, b.Lower, b.Upper, b.Count);

    private static HistogramViewBucket Exponential(BoundedBucket b, double zeroThreshold)
    {
        if (b.Lower <= 0 && b.Upper >= 0)
            return new HistogramViewBucket(3, b.Lower, b.Upper, b.Count);
        return b.Upper < 0
            ? new HistogramViewBucket(1, b.Lower, Math.Min(b.Upper, -zeroThreshold), b.Count)
            : new HistogramViewBucket(0, Math.Max(b.Lower, zeroThreshold), b.Upper, b.Count);
    }
}
