namespace Bongsu.Telemetry.Metrics;

/// <summary>What is known of a counter reset between a histogram and the one before it in its series.</summary>
public enum CounterResetHint : byte
{
    Unknown,
    Reset,
    NotReset,
    Gauge,
}

/// <summary>A run of consecutive buckets: <paramref name="Offset"/> is the gap to the end of the run before (for the first run: the index of its first bucket).</summary>
public readonly record struct BucketSpan(int Offset, int Length);

/// <summary>
/// A native histogram with absolute float counts, as Prometheus defines it. Schema -4..8 is exponential (bucket i holds values in
/// (2^(2^-schema)^(i-1), 2^(2^-schema)^i]); schema -53 has custom upper bounds in <see cref="CustomValues"/>. Immutable.
/// </summary>
public sealed record NativeHistogram
{
    public const int CustomBucketsSchema = -53;

    public static readonly NativeHistogram StaleMarker = new() { Sum = SampleValues.StaleNaN };

    public int Schema { get; init; }
    public CounterResetHint ResetHint { get; init; }
    public double ZeroThreshold { get; init; }
    public double ZeroCount { get; init; }
    public double Count { get; init; }
    public double Sum { get; init; }
    public BucketSpan[] PositiveSpans { get; init; } = [];
    public double[] PositiveBuckets { get; init; } = [];
    public BucketSpan[] NegativeSpans { get; init; } = [];
    public double[] NegativeBuckets { get; init; } = [];
    public double[] CustomValues { get; init; } = [];

    public bool IsStale => SampleValues.IsStale(Sum);

    /// <summary>Whether the parts fit together: span lengths add up to bucket counts, offsets do not overlap, custom bounds ascend.</summary>
    public bool IsValid(out string? why)
    {
        why = Schema is (< -4 or > 8) and not CustomBucketsSchema ? $"schema {Schema} is outside -4..8"
            : !Fits(PositiveSpans, PositiveBuckets) ? "positive spans and buckets differ in number"
            : !Fits(NegativeSpans, NegativeBuckets) ? "negative spans and buckets differ in number"
            : Schema == CustomBucketsSchema && !Ascending(CustomValues) ? "custom bucket bounds do not ascend"
            : null;
        return why is null;
    }

    private static bool Fits(BucketSpan[] spans, double[] buckets)
    {
        long total = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            if (spans[i].Length < 0 || (i > 0 && spans[i].Offset < 0))
                return false;
            total += spans[i].Length;
        }
        return total == buckets.Length;
    }

    private static bool Ascending(double[] bounds)
    {
        for (var i = 1; i < bounds.Length; i++)
        {
            if (!(bounds[i] > bounds[i - 1]))
                return false;
        }
        return true;
    }
}
