using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// One side of an exponential histogram: counts of consecutive buckets from an index on. Bucket i of OTLP holds (base^i, base^(i+1)], which is
/// bucket i + 1 of Prometheus.
/// </summary>
internal sealed class ExponentialBuckets(int offset, double[] counts)
{
    // A gap longer than this costs more as zero buckets than a new span does (Prometheus uses the same).
    private const int MaxZeroRun = 2;

    public int Offset { get; } = offset;

    public double[] Counts { get; } = counts;

    /// <summary>The same counts at a scale lower by <paramref name="steps"/>: each step joins two buckets into one.</summary>
    public ExponentialBuckets Downscale(int steps)
    {
        if (steps <= 0 || Counts.Length == 0)
            return this;
        steps = Math.Min(steps, 31);
        var first = Offset >> steps;
        var last = (int)(((long)Offset + Counts.Length - 1) >> steps);
        var joined = new double[last - first + 1];
        for (var i = 0; i < Counts.Length; i++)
            joined[(int)(((long)Offset + i) >> steps) - first] += Counts[i];
        return new ExponentialBuckets(first, joined);
    }

    /// <summary>The sum of two sides of one scale.</summary>
    public ExponentialBuckets Plus(ExponentialBuckets other)
    {
        if (other.Counts.Length == 0)
            return this;
        if (Counts.Length == 0)
            return other;
        var first = Math.Min(Offset, other.Offset);
        var end = Math.Max((long)Offset + Counts.Length, (long)other.Offset + other.Counts.Length);
        var sum = new double[end - first];
        Counts.CopyTo(sum, Offset - first);
        for (var i = 0; i < other.Counts.Length; i++)
            sum[other.Offset - first + i] += other.Counts[i];
        return new ExponentialBuckets(first, sum);
    }

    /// <summary>Buckets from the first to the last of both together: what <see cref="Plus"/> would hold.</summary>
    public long SpanWith(ExponentialBuckets other) => Counts.Length == 0 || other.Counts.Length == 0
        ? Math.Max(Counts.Length, other.Counts.Length)
        : Math.Max((long)Offset + Counts.Length, (long)other.Offset + other.Counts.Length) - Math.Min(Offset, other.Offset);

    /// <summary>The layout of a native histogram: runs of buckets with the gaps between them.</summary>
    public (BucketSpan[] Spans, double[] Buckets) ToNative()
    {
        var spans = new List<BucketSpan>();
        var buckets = new List<double>();
        var zeros = 0;
        var nextIndex = 0;
        for (var i = 0; i < Counts.Length; i++)
        {
            if (Counts[i] == 0)
            {
                zeros++;
                continue;
            }
            var index = Offset + i + 1;
            if (spans.Count > 0 && zeros <= MaxZeroRun)
            {
                for (var z = 0; z < zeros; z++)
                    buckets.Add(0);
                spans[^1] = spans[^1] with { Length = spans[^1].Length + zeros + 1 };
            }
            else
            {
                spans.Add(new BucketSpan(index - nextIndex, 1));
            }
            buckets.Add(Counts[i]);
            nextIndex = index + 1;
            zeros = 0;
        }
        return ([.. spans], [.. buckets]);
    }
}
