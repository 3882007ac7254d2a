using Bongsu.Query.PromQL.Histograms;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Adds up native histograms with compensated sums and says what had to be given up for it. Histograms of one shape (schema, zero bucket, bounds) are added
/// bucket by bucket; another shape makes the sum so far take a shape that fits both.
/// </summary>
internal sealed class HistogramSum(QueryContext context, PromExpr at)
{
    // Why: a power of two scales without rounding, and keeps the sum of a million histograms near the largest number from overflowing.
    private const double MeanScale = 1.0 / (1 << 20);

    private readonly SortedDictionary<int, KahanSum> _positive = [];
    private readonly SortedDictionary<int, KahanSum> _negative = [];
    private NativeHistogram? _shape;
    private KahanSum _count;
    private KahanSum _sum;
    private KahanSum _zeroCount;
    private CounterResetHint _hint;
    private bool _hasReset;
    private bool _hasNoReset;
    private int _added;
    private double _scale = 1;

    /// <summary>A sum that is only asked for its mean.</summary>
    public static HistogramSum ForMean(QueryContext context, PromExpr at) => new(context, at) { _scale = MeanScale };

    public NativeHistogram? Total => _shape is null ? null : Read();

    public NativeHistogram? Mean => _shape is null ? null : HistogramMath.Scale(HistogramMath.Divide(Read(), _added), 1 / _scale);

    /// <summary>False when exponential and custom buckets meet; the sum is then of no use.</summary>
    public bool Add(NativeHistogram histogram)
    {
        if (_shape is not null && _shape.IsCustom() != histogram.IsCustom())
            return false;
        Note(histogram.ResetHint);
        _added++;
        var addend = _scale == 1 ? histogram : HistogramMath.Scale(histogram, _scale);
        if (_shape is null || !HasShapeOf(addend))
        {
            var reconciled = false;
            var (isFirst, count, sum) = (_shape is null, _count, _sum);
            Load(isFirst ? addend : HistogramMath.Combine(Read(), addend, 1, out reconciled)!);
            // Why: count and sum have no shape; what they compensate for must outlive a change of it.
            if (!isFirst)
            {
                count.Add(addend.Count);
                sum.Add(addend.Sum);
                (_count, _sum) = (count, sum);
            }
            if (reconciled)
                context.Info(at, "mismatched custom buckets were reconciled during aggregation");
            return true;
        }
        _count.Add(addend.Count);
        _sum.Add(addend.Sum);
        _zeroCount.Add(addend.ZeroCount);
        AddBuckets(_positive, addend.Positive());
        AddBuckets(_negative, addend.Negative());
        return true;
    }

    private bool HasShapeOf(NativeHistogram other) => _shape!.Schema == other.Schema
        && (other.IsCustom() ? _shape.CustomValues.AsSpan().SequenceEqual(other.CustomValues) : _shape.ZeroThreshold == other.ZeroThreshold);

    private void Note(CounterResetHint hint)
    {
        _hasReset |= hint == CounterResetHint.Reset;
        _hasNoReset |= hint == CounterResetHint.NotReset;
        if (_hasReset && _hasNoReset)
            context.Warn(at, "conflicting counter resets during histogram aggregation");
        if (_added == 0)
            _hint = hint;
        else if (hint != _hint)
            _hint = hint == CounterResetHint.Gauge || _hint == CounterResetHint.Gauge ? CounterResetHint.Gauge : CounterResetHint.Unknown;
    }

    private void Load(NativeHistogram histogram)
    {
        _shape = histogram;
        _positive.Clear();
        _negative.Clear();
        (_count, _sum, _zeroCount) = (default, default, default);
        _count.Add(histogram.Count);
        _sum.Add(histogram.Sum);
        _zeroCount.Add(histogram.ZeroCount);
        AddBuckets(_positive, histogram.Positive());
        AddBuckets(_negative, histogram.Negative());
    }

    private static void AddBuckets(SortedDictionary<int, KahanSum> sums, List<IndexedBucket> buckets)
    {
        foreach (var bucket in buckets)
        {
            sums.TryGetValue(bucket.Index, out var sum);
            sum.Add(bucket.Count);
            sums[bucket.Index] = sum;
        }
    }

    private NativeHistogram Read()
    {
        var (positiveSpans, positive) = HistogramBuckets.Encode([.. _positive.Select(p => new IndexedBucket(p.Key, p.Value.Total))]);
        var (negativeSpans, negative) = HistogramBuckets.Encode([.. _negative.Select(p => new IndexedBucket(p.Key, p.Value.Total))]);
        return _shape! with
        {
            ResetHint = _hint,
            Count = _count.Total,
            Sum = _sum.Total,
            ZeroCount = _zeroCount.Total,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }
}
