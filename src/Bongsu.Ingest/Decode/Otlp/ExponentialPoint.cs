using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>An exponential histogram as OTLP has it. Immutable.</summary>
internal sealed record ExponentialPoint(int Scale, double Sum, double Count, double ZeroCount, double ZeroThreshold, ExponentialBuckets Positive,
    ExponentialBuckets Negative)
{
    public const int MaxScale = 8;
    public const int MinScale = -4;

    /// <summary>What Prometheus takes for the width of the zero bucket when the sender names none.</summary>
    private const double DefaultZeroThreshold = 1e-128;

    public ExponentialPoint AtScale(int scale) => scale >= Scale
        ? this
        : this with { Scale = scale, Positive = Positive.Downscale(Scale - scale), Negative = Negative.Downscale(Scale - scale) };

    /// <summary>The sum of two points, at the coarser scale, and coarser still until it has at most <paramref name="maxBuckets"/> buckets.</summary>
    public ExponentialPoint Plus(ExponentialPoint other, int maxBuckets)
    {
        var scale = Math.Min(Scale, other.Scale);
        ExponentialPoint a = AtScale(scale), b = other.AtScale(scale);
        while (scale > MinScale && Math.Max(a.Positive.SpanWith(b.Positive), a.Negative.SpanWith(b.Negative)) > maxBuckets)
        {
            scale--;
            a = a.AtScale(scale);
            b = b.AtScale(scale);
        }
        return new ExponentialPoint(scale, a.Sum + b.Sum, a.Count + b.Count, a.ZeroCount + b.ZeroCount, Math.Max(a.ZeroThreshold, b.ZeroThreshold),
            a.Positive.Plus(b.Positive), a.Negative.Plus(b.Negative));
    }

    public NativeHistogram ToNative()
    {
        var point = AtScale(MaxScale);
        var (positiveSpans, positive) = point.Positive.ToNative();
        var (negativeSpans, negative) = point.Negative.ToNative();
        return new NativeHistogram
        {
            Schema = point.Scale,
            Sum = point.Sum,
            Count = point.Count,
            ZeroCount = point.ZeroCount,
            ZeroThreshold = point.ZeroThreshold == 0 ? DefaultZeroThreshold : point.ZeroThreshold,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }
}
