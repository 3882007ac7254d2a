using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Histograms;

/// <summary>What can be read off a native histogram: quantiles, fractions, variance; and trimming of its tails.</summary>
internal static class HistogramStatistics
{
    /// <summary>NaN observations are counted but in no bucket.</summary>
    public static bool HasNaNs(NativeHistogram h)
    {
        if (!double.IsNaN(h.Sum))
            return false;
        var inBuckets = 0.0;
        foreach (var bucket in h.ByBounds())
            inBuckets += bucket.Count;
        return h.Count - inBuckets > 1e-9 * h.Count;
    }

    public static double Quantile(NativeHistogram h, double q)
    {
        if (q < 0)
            return double.NegativeInfinity;
        if (q > 1)
            return double.PositiveInfinity;
        if (h.Count == 0 || double.IsNaN(q))
            return double.NaN;
        // Why: the upper half is searched from above, so that a rank at the border of empty buckets has the value nearer to its side. NaN
        // observations sort above all others; a histogram that has some is searched from below.
        var fromAbove = q >= 0.5 && !double.IsNaN(h.Sum);
        var rank = (fromAbove ? 1 - q : q) * h.Count;
        var buckets = h.ByBounds();
        if (fromAbove)
            buckets.Reverse();
        if (Seek(buckets, rank, out var total) is not { } found || (total < rank && HasNaNs(h)))
            return double.NaN;
        var inside = Math.Clamp(rank - (total - found.Count), 0, found.Count);
        var b = WithoutZeroCrossing(h, found);
        if (h.IsCustom() && double.IsNegativeInfinity(b.Lower))
            return b.Upper;
        if (h.IsCustom() && double.IsPositiveInfinity(b.Upper))
            return b.Lower;
        return Interpolate(h, b, fromAbove ? 1 - inside / found.Count : inside / found.Count);
    }

    private static BoundedBucket? Seek(List<BoundedBucket> buckets, double rank, out double total)
    {
        BoundedBucket? found = null;
        total = 0;
        foreach (var bucket in buckets)
        {
            if (bucket.Count == 0)
                continue;
            found = bucket;
            total += bucket.Count;
            if (total >= rank)
                break;
        }
        return found;
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(NativeHistogram h, double lower, double upper)
    {
        if (h.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
            return double.NaN;
        if (lower >= upper)
            return 0;
        var nanFree = 0.0;
        foreach (var bucket in h.ByBounds())
            nanFree += bucket.Count;
        var below = Rank(h, upper, nanFree) - Rank(h, lower, nanFree);
        return below / h.Count;
    }

    public static double Variance(NativeHistogram h)
    {
        if (h.Count == 0)
            return double.NaN;
        var mean = h.Sum / h.Count;
        var sum = new KahanSum();
        foreach (var bucket in h.ByBounds())
        {
            if (bucket.Count == 0)
                continue;
            var delta = Middle(h, bucket) - mean;
            sum.Add(bucket.Count * delta * delta);
        }
        return sum.Total / h.Count;
    }

    /// <summary>Keeps the observations below (or above) a value, splitting the bucket it falls in; the sum is estimated anew.</summary>
    public static NativeHistogram Trim(NativeHistogram h, double bound, bool keepBelow)
    {
        var positive = h.Positive();
        var negative = h.Negative();
        var kept = new TrimTotals();
        for (var i = 0; i < positive.Count; i++)
            positive[i] = positive[i] with { Count = TrimBucket(h, Bounds(h, positive[i]), bound, keepBelow, kept) };
        for (var i = 0; i < negative.Count; i++)
        {
            var bounds = new BoundedBucket(-HistogramBuckets.Bound(negative[i].Index, h.Schema), -HistogramBuckets.Bound(negative[i].Index - 1, h.Schema), negative[i].Count);
            negative[i] = negative[i] with { Count = TrimBucket(h, bounds, bound, keepBelow, kept) };
        }
        var zero = h.ZeroCount == 0 ? 0
            : TrimBucket(h, WithoutZeroCrossing(h, new BoundedBucket(-h.ZeroThreshold, h.ZeroThreshold, h.ZeroCount)), bound, keepBelow, kept);
        var (positiveSpans, positiveCounts) = HistogramBuckets.Encode(positive);
        var (negativeSpans, negativeCounts) = HistogramBuckets.Encode(negative);
        return h with
        {
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
            ZeroCount = zero,
            Count = kept.IsWhole ? h.Count : kept.Count,
            Sum = kept.IsWhole ? h.Sum : kept.Sum,
        };
    }

    private static double TrimBucket(NativeHistogram h, BoundedBucket b, double bound, bool keepBelow, TrimTotals kept)
    {
        if (b.Count == 0)
            return 0;
        var below = double.IsNaN(bound) ? 0 : Below(h, b, bound);
        var count = keepBelow ? below : b.Count - below;
        // Why: where values lie in a bucket without a lower end is unknown, so a cut through it drops it.
        if (h.IsCustom() && !double.IsInfinity(bound) && IsFirst(h, b) && (double.IsInfinity(b.Upper) || (!keepBelow && bound < 0)))
            count = 0;
        if (count != b.Count)
            kept.IsWhole = false;
        if (count == 0)
            return 0;
        var (lower, upper) = keepBelow ? (b.Lower, Math.Min(b.Upper, bound)) : (Math.Max(b.Lower, bound), b.Upper);
        kept.Count += count;
        kept.Sum += count * (IsZeroBucket(b) && !h.IsCustom() ? (lower + upper) / 2 : Middle(h, new BoundedBucket(lower, upper, count)));
        return count;
    }

    private static bool IsFirst(NativeHistogram h, BoundedBucket b) => h.CustomValues.Length == 0 || b.Upper <= h.CustomValues[0];

    private static double Below(NativeHistogram h, BoundedBucket b, double value)
    {
        if (value >= b.Upper)
            return b.Count;
        if (value <= b.Lower)
            return 0;
        return b.Count * Position(h, b, value);
    }

    // The rank of a value: how many observations lie below it.
    private static double Rank(NativeHistogram h, double value, double total)
    {
        if (double.IsPositiveInfinity(value))
            return total;
        var rank = 0.0;
        foreach (var bucket in h.ByBounds())
        {
            if (bucket.Count == 0)
                continue;
            var b = WithoutZeroCrossing(h, bucket);
            if (value <= b.Lower)
                break;
            rank += Below(h, b, value);
        }
        return rank;
    }

    // Where a value stands inside a bucket, 0..1: on a line in the zero bucket and between custom bounds, else on a logarithmic scale.
    private static double Position(NativeHistogram h, BoundedBucket b, double value)
    {
        if (double.IsInfinity(b.Lower) || double.IsInfinity(b.Upper))
            return double.IsInfinity(b.Upper) ? 0 : 1;
        if (h.IsCustom() || IsZeroBucket(b))
            return (value - b.Lower) / (b.Upper - b.Lower);
        return b.Lower > 0
            ? (Math.Log2(value) - Math.Log2(b.Lower)) / (Math.Log2(b.Upper) - Math.Log2(b.Lower))
            : 1 - (Math.Log2(-value) - Math.Log2(-b.Upper)) / (Math.Log2(-b.Lower) - Math.Log2(-b.Upper));
    }

    private static double Interpolate(NativeHistogram h, BoundedBucket b, double position)
    {
        if (h.IsCustom() || IsZeroBucket(b))
            return b.Lower + (b.Upper - b.Lower) * position;
        if (b.Lower > 0)
            return Math.Pow(2, Math.Log2(b.Lower) + (Math.Log2(b.Upper) - Math.Log2(b.Lower)) * position);
        return -Math.Pow(2, Math.Log2(-b.Upper) + (Math.Log2(-b.Lower) - Math.Log2(-b.Upper)) * (1 - position));
    }

    private static double Middle(NativeHistogram h, BoundedBucket b)
    {
        if (h.IsCustom())
        {
            if (double.IsNegativeInfinity(b.Lower))
                return b.Upper;
            if (double.IsPositiveInfinity(b.Upper))
                return b.Lower;
            return (b.Lower + b.Upper) / 2;
        }
        if (IsZeroBucket(b))
            return b.Lower < 0 && b.Upper > 0 ? 0 : (b.Lower + b.Upper) / 2;
        var middle = Math.Sqrt(b.Lower * b.Upper);
        return b.Upper < 0 || b.Lower < 0 ? -middle : middle;
    }

    // A zero bucket of a histogram with observations on one side only lies on that side; a first custom bucket begins at 0 when its end is positive.
    private static BoundedBucket WithoutZeroCrossing(NativeHistogram h, BoundedBucket b)
    {
        if (h.IsCustom())
            return double.IsNegativeInfinity(b.Lower) && b.Upper > 0 ? b with { Lower = 0 } : b;
        if (!IsZeroBucket(b))
            return b;
        var hasNegative = h.NegativeBuckets.Length > 0;
        var hasPositive = h.PositiveBuckets.Length > 0;
        return hasPositive && !hasNegative ? b with { Lower = 0 } : hasNegative && !hasPositive ? b with { Upper = 0 } : b;
    }

    private static bool IsZeroBucket(BoundedBucket b) => b.Lower <= 0 && b.Upper >= 0;

    private static BoundedBucket Bounds(NativeHistogram h, IndexedBucket bucket) => WithoutZeroCrossing(h, h.IsCustom()
        ? new BoundedBucket(HistogramBuckets.CustomBound(h.CustomValues, bucket.Index - 1), HistogramBuckets.CustomBound(h.CustomValues, bucket.Index), bucket.Count)
        : new BoundedBucket(HistogramBuckets.Bound(bucket.Index - 1, h.Schema), HistogramBuckets.Bound(bucket.Index, h.Schema), bucket.Count));

    private sealed class TrimTotals
    {
        public double Count { get; set; }
        public double Sum { get; set; }
        public bool IsWhole { get; set; } = true;
    }
}
