using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Histograms;

/// <summary>One bucket by its index: for exponential schemas it ends at 2^(index·2^-schema), for custom bounds at the bound of that index.</summary>
internal readonly record struct IndexedBucket(int Index, double Count);

/// <summary>One bucket by its bounds.</summary>
internal readonly record struct BoundedBucket(double Lower, double Upper, double Count);

/// <summary>Takes native histograms apart into buckets and puts them together again.</summary>
internal static class HistogramBuckets
{
    public static bool IsCustom(this NativeHistogram h) => h.Schema == NativeHistogram.CustomBucketsSchema;

    public static List<IndexedBucket> Positive(this NativeHistogram h) => Decode(h.PositiveSpans, h.PositiveBuckets);

    public static List<IndexedBucket> Negative(this NativeHistogram h) => Decode(h.NegativeSpans, h.NegativeBuckets);

    private static List<IndexedBucket> Decode(BucketSpan[] spans, double[] counts)
    {
        var buckets = new List<IndexedBucket>(counts.Length);
        var index = 0;
        var at = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length && at < counts.Length; i++)
                buckets.Add(new IndexedBucket(index++, counts[at++]));
        }
        return buckets;
    }

    /// <summary>Spans and counts of ascending buckets; empty ones are left out.</summary>
    public static (BucketSpan[] Spans, double[] Counts) Encode(List<IndexedBucket> buckets)
    {
        var spans = new List<BucketSpan>();
        var counts = new List<double>(buckets.Count);
        var next = 0;
        foreach (var bucket in buckets)
        {
            if (bucket.Count == 0)
                continue;
            if (spans.Count > 0 && bucket.Index == next)
                spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
            else
                spans.Add(new BucketSpan(bucket.Index - next, 1));
            counts.Add(bucket.Count);
            next = bucket.Index + 1;
        }
        return ([.. spans], [.. counts]);
    }

    /// <summary>Where an exponential bucket ends.</summary>
    public static double Bound(int index, int schema)
    {
        var exponent = schema >= 0 ? index / (double)(1 << schema) : index * (double)(1 << -schema);
        // Why: the last bucket holds all finite values; what overflows is in the one after it.
        if (exponent == 1024)
            return double.MaxValue;
        return Math.Pow(2, exponent);
    }

    public static double CustomBound(double[] bounds, int index) =>
        index < 0 ? double.NegativeInfinity : index < bounds.Length ? bounds[index] : double.PositiveInfinity;

    /// <summary>All buckets by ascending bounds, the zero bucket between negative and positive ones; empty zero bucket left out.</summary>
    public static List<BoundedBucket> ByBounds(this NativeHistogram h)
    {
        var result = new List<BoundedBucket>();
        var negative = h.Negative();
        for (var i = negative.Count - 1; i >= 0; i--)
            result.Add(new BoundedBucket(-Bound(negative[i].Index, h.Schema), -Bound(negative[i].Index - 1, h.Schema), negative[i].Count));
        if (h.ZeroCount != 0)
            result.Add(new BoundedBucket(-h.ZeroThreshold, h.ZeroThreshold, h.ZeroCount));
        foreach (var bucket in h.Positive())
            result.Add(PositiveBounds(h, bucket));
        return result;
    }

    private static BoundedBucket PositiveBounds(NativeHistogram h, IndexedBucket bucket) => h.IsCustom()
        ? new BoundedBucket(CustomBound(h.CustomValues, bucket.Index - 1), CustomBound(h.CustomValues, bucket.Index), bucket.Count)
        : new BoundedBucket(Bound(bucket.Index - 1, h.Schema), Bound(bucket.Index, h.Schema), bucket.Count);

    /// <summary>Halves the resolution as often as the schemas differ.</summary>
    public static List<IndexedBucket> Reduce(List<IndexedBucket> buckets, int fromSchema, int toSchema)
    {
        if (fromSchema <= toSchema)
            return buckets;
        var result = new List<IndexedBucket>(buckets.Count);
        foreach (var bucket in buckets)
            AddTo(result, ((bucket.Index - 1) >> (fromSchema - toSchema)) + 1, bucket.Count);
        return result;
    }

    /// <summary>Moves counts to the first bound in <paramref name="to"/> (a subset) that is not lower.</summary>
    public static List<IndexedBucket> Rebound(List<IndexedBucket> buckets, double[] from, double[] to)
    {
        var result = new List<IndexedBucket>(buckets.Count);
        var target = 0;
        foreach (var bucket in buckets)
        {
            var bound = CustomBound(from, bucket.Index);
            while (target < to.Length && to[target] < bound)
                target++;
            AddTo(result, target, bucket.Count);
        }
        return result;
    }

    private static void AddTo(List<IndexedBucket> ascending, int index, double count)
    {
        if (ascending.Count > 0 && ascending[^1].Index == index)
            ascending[^1] = new IndexedBucket(index, ascending[^1].Count + count);
        else
            ascending.Add(new IndexedBucket(index, count));
    }

    /// <summary>Sums two ascending lists, the second times <paramref name="sign"/>.</summary>
    public static List<IndexedBucket> Merge(List<IndexedBucket> a, List<IndexedBucket> b, double sign)
    {
        var result = new List<IndexedBucket>(a.Count + b.Count);
        int i = 0, j = 0;
        while (i < a.Count || j < b.Count)
        {
            if (j >= b.Count || (i < a.Count && a[i].Index < b[j].Index))
                result.Add(a[i++]);
            else if (i >= a.Count || b[j].Index < a[i].Index)
                result.Add(new IndexedBucket(b[j].Index, sign * b[j++].Count));
            else
                result.Add(new IndexedBucket(a[i].Index, a[i++].Count + sign * b[j++].Count));
        }
        return result;
    }
}
