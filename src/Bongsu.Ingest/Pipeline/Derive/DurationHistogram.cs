namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counts durations in the buckets that OpenTelemetry advises for HTTP. Not thread-safe.</summary>
internal sealed class DurationHistogram
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly long[] _counts = new long[Bounds.Length + 1];

    public long Count { get; private set; }

    public double SumSeconds { get; private set; }

    public void Add(long durationNanos)
    {
        var seconds = durationNanos / 1e9;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        _counts[bucket]++;
        Count++;
        SumSeconds += seconds;
    }

    /// <summary>How many were at most as long as the bound of this index.</summary>
    public long AtMost(int bound)
    {
        long sum = 0;
        for (var i = 0; i <= bound; i++)
            sum += _counts[i];
        return sum;
    }
}
