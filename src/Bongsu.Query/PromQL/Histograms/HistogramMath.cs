using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Histograms;

/// <summary>Arithmetic of native histograms. Results are gauges unless both sides agree on something else; nothing is changed in place.</summary>
internal static class HistogramMath
{
    /// <summary>a + b, or a - b. Null when one has exponential and the other custom buckets.</summary>
    public static NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double sign, out bool reconciled)
    {
        reconciled = false;
        if (a.IsCustom() != b.IsCustom())
            return null;
        var hint = sign < 0 ? CounterResetHint.Gauge : SumHint(a.ResetHint, b.ResetHint);
        return a.IsCustom() ? CombineCustom(a, b, sign, hint, out reconciled) : CombineExponential(a, b, sign, hint);
    }

    public static NativeHistogram Scale(NativeHistogram h, double factor) => new()
    {
        Schema = h.Schema,
        ResetHint = factor < 0 ? CounterResetHint.Gauge : h.ResetHint,
        ZeroThreshold = h.ZeroThreshold,
        ZeroCount = h.ZeroCount * factor,
        Count = h.Count * factor,
        Sum = h.Sum * factor,
        PositiveSpans = h.PositiveSpans,
        PositiveBuckets = Array.ConvertAll(h.PositiveBuckets, c => c * factor),
        NegativeSpans = h.NegativeSpans,
        NegativeBuckets = Array.ConvertAll(h.NegativeBuckets, c => c * factor),
        CustomValues = h.CustomValues,
    };

    public static NativeHistogram Divide(NativeHistogram h, double divisor) => new()
    {
        Schema = h.Schema,
        ResetHint = divisor < 0 ? CounterResetHint.Gauge : h.ResetHint,
        ZeroThreshold = h.ZeroThreshold,
        ZeroCount = h.ZeroCount / divisor,
        Count = h.Count / divisor,
        Sum = h.Sum / divisor,
        // Why: by zero, empty buckets would become NaN; a histogram divided by zero keeps no buckets.
        PositiveSpans = divisor == 0 ? [] : h.PositiveSpans,
        PositiveBuckets = divisor == 0 ? [] : Array.ConvertAll(h.PositiveBuckets, c => c / divisor),
        NegativeSpans = divisor == 0 ? [] : h.NegativeSpans,
        NegativeBuckets = divisor == 0 ? [] : Array.ConvertAll(h.NegativeBuckets, c => c / divisor),
        CustomValues = h.CustomValues,
    };

    /// <summary>The same at a lower resolution; as it is when it has none higher.</summary>
    public static NativeHistogram ToSchema(NativeHistogram h, int schema)
    {
        if (h.IsCustom() || h.Schema <= schema)
            return h;
        var (positiveSpans, positiveCounts) = HistogramBuckets.Encode(HistogramBuckets.Reduce(h.Positive(), h.Schema, schema));
        var (negativeSpans, negativeCounts) = HistogramBuckets.Encode(HistogramBuckets.Reduce(h.Negative(), h.Schema, schema));
        return h with
        {
            Schema = schema,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }

    /// <summary>Whether two histograms say the same; empty buckets and reset hints do not matter.</summary>
    public static bool AreEqual(NativeHistogram a, NativeHistogram b) =>
        a.Schema == b.Schema && Same(a.Count, b.Count) && Same(a.Sum, b.Sum)
        && (a.IsCustom() ? a.CustomValues.AsSpan().SequenceEqual(b.CustomValues) : a.ZeroThreshold == b.ZeroThreshold && Same(a.ZeroCount, b.ZeroCount))
        && SameBuckets(a.Positive(), b.Positive()) && SameBuckets(a.Negative(), b.Negative());

    /// <summary>Whether a counter must have been reset between two histograms of a series.</summary>
    public static bool IsReset(NativeHistogram previous, NativeHistogram current)
    {
        if (current.ResetHint == CounterResetHint.Reset)
            return true;
        if (current.ResetHint == CounterResetHint.NotReset)
            return false;
        if (current.Count < previous.Count || current.IsCustom() != previous.IsCustom())
            return true;
        if (current.IsCustom())
            return IsCustomReset(previous, current);
        if (current.Schema > previous.Schema || current.ZeroThreshold < previous.ZeroThreshold)
            return true;
        var (zeroCount, threshold) = WidenZero(previous, current.ZeroThreshold);
        if (threshold != current.ZeroThreshold || current.ZeroCount < zeroCount)
            return true;
        return AnyFell(Outside(previous.Positive(), previous.Schema, threshold), current.Positive(), previous.Schema, current.Schema)
            || AnyFell(Outside(previous.Negative(), previous.Schema, threshold), current.Negative(), previous.Schema, current.Schema);
    }

    private static bool IsCustomReset(NativeHistogram previous, NativeHistogram current)
    {
        var bounds = Intersect(previous.CustomValues, current.CustomValues);
        var before = HistogramBuckets.Rebound(previous.Positive(), previous.CustomValues, bounds);
        var after = HistogramBuckets.Rebound(current.Positive(), current.CustomValues, bounds);
        return AnyFell(before, after, 0, 0);
    }

    private static bool AnyFell(List<IndexedBucket> before, List<IndexedBucket> after, int schemaBefore, int schemaAfter)
    {
        foreach (var bucket in HistogramBuckets.Merge(after, HistogramBuckets.Reduce(before, schemaBefore, schemaAfter), -1))
        {
            if (bucket.Count < 0)
                return true;
        }
        return false;
    }

    private static NativeHistogram CombineExponential(NativeHistogram a, NativeHistogram b, double sign, CounterResetHint hint)
    {
        var schema = Math.Min(a.Schema, b.Schema);
        var threshold = Math.Max(a.ZeroThreshold, b.ZeroThreshold);
        double zeroA, zeroB;
        while (true)
        {
            // Why: widening one side to a whole bucket may widen the threshold, which the other side then has to follow.
            (zeroA, var widerA) = WidenZero(a, threshold);
            (zeroB, var widerB) = WidenZero(b, widerA);
            if (widerB == threshold)
                break;
            threshold = widerB;
        }
        var positive = HistogramBuckets.Merge(Prepared(a.Positive(), a.Schema, schema, threshold), Prepared(b.Positive(), b.Schema, schema, threshold), sign);
        var negative = HistogramBuckets.Merge(Prepared(a.Negative(), a.Schema, schema, threshold), Prepared(b.Negative(), b.Schema, schema, threshold), sign);
        var (positiveSpans, positiveCounts) = HistogramBuckets.Encode(positive);
        var (negativeSpans, negativeCounts) = HistogramBuckets.Encode(negative);
        return new NativeHistogram
        {
            Schema = schema,
            ResetHint = hint,
            ZeroThreshold = threshold,
            ZeroCount = zeroA + sign * zeroB,
            Count = a.Count + sign * b.Count,
            Sum = a.Sum + sign * b.Sum,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }

    private static List<IndexedBucket> Prepared(List<IndexedBucket> buckets, int schema, int target, double threshold) =>
        HistogramBuckets.Reduce(Outside(buckets, schema, threshold), schema, target);

    private static List<IndexedBucket> Outside(List<IndexedBucket> buckets, int schema, double threshold)
    {
        if (threshold > 0)
            buckets.RemoveAll(b => HistogramBuckets.Bound(b.Index, schema) <= threshold);
        return buckets;
    }

    /// <summary>What a zero bucket of at least the threshold would count; it ends where a filled bucket ends, so it may come out wider.</summary>
    private static (double Count, double Threshold) WidenZero(NativeHistogram h, double threshold)
    {
        if (threshold <= h.ZeroThreshold)
            return (h.ZeroCount, h.ZeroThreshold);
        var positive = h.Positive();
        var negative = h.Negative();
        var wider = Math.Max(Widen(positive, h.Schema, threshold), Widen(negative, h.Schema, threshold));
        while (wider > threshold)
        {
            threshold = wider;
            wider = Math.Max(Widen(positive, h.Schema, threshold), Widen(negative, h.Schema, threshold));
        }
        var count = h.ZeroCount;
        foreach (var bucket in positive)
            count += HistogramBuckets.Bound(bucket.Index, h.Schema) <= threshold ? bucket.Count : 0;
        foreach (var bucket in negative)
            count += HistogramBuckets.Bound(bucket.Index, h.Schema) <= threshold ? bucket.Count : 0;
        return (count, threshold);
    }

    private static double Widen(List<IndexedBucket> buckets, int schema, double threshold)
    {
        foreach (var bucket in buckets)
        {
            if (bucket.Count != 0 && HistogramBuckets.Bound(bucket.Index - 1, schema) < threshold && HistogramBuckets.Bound(bucket.Index, schema) > threshold)
                return HistogramBuckets.Bound(bucket.Index, schema);
        }
        return threshold;
    }

    private static NativeHistogram CombineCustom(NativeHistogram a, NativeHistogram b, double sign, CounterResetHint hint, out bool reconciled)
    {
        reconciled = !a.CustomValues.AsSpan().SequenceEqual(b.CustomValues);
        var bounds = reconciled ? Intersect(a.CustomValues, b.CustomValues) : a.CustomValues;
        var merged = HistogramBuckets.Merge(HistogramBuckets.Rebound(a.Positive(), a.CustomValues, bounds),
            HistogramBuckets.Rebound(b.Positive(), b.CustomValues, bounds), sign);
        var (spans, counts) = HistogramBuckets.Encode(merged);
        return new NativeHistogram
        {
            Schema = NativeHistogram.CustomBucketsSchema,
            ResetHint = hint,
            Count = a.Count + sign * b.Count,
            Sum = a.Sum + sign * b.Sum,
            PositiveSpans = spans,
            PositiveBuckets = counts,
            CustomValues = bounds,
        };
    }

    private static double[] Intersect(double[] a, double[] b)
    {
        var common = new List<double>();
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length)
        {
            if (a[i] == b[j])
            {
                common.Add(a[i++]);
                j++;
            }
            else if (a[i] < b[j])
                i++;
            else
                j++;
        }
        return [.. common];
    }

    private static CounterResetHint SumHint(CounterResetHint a, CounterResetHint b) =>
        a == b ? a : a == CounterResetHint.Gauge || b == CounterResetHint.Gauge ? CounterResetHint.Gauge : CounterResetHint.Unknown;

    private static bool SameBuckets(List<IndexedBucket> a, List<IndexedBucket> b)
    {
        a.RemoveAll(x => x.Count == 0);
        b.RemoveAll(x => x.Count == 0);
        return a.SequenceEqual(b);
    }

    private static bool Same(double a, double b) => a == b || (double.IsNaN(a) && double.IsNaN(b));
}
