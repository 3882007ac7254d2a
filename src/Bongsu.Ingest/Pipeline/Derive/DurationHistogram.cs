namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counts durations in the buckets that OpenTelemetry advises for HTTP. Not thread-safe.</summary>
internal sealed class DurationHistogram
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    // The latest of the buckets that were met last; most series have spans in two or three.
    public const int MaxExemplars = 4;

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private SpanExemplar[]? _exemplars;
    private long _exemplarsTakenMs;

    public long Count { get; private set; }

    public double SumSeconds { get; private set; }

    /// <returns>The bucket that it is in.</returns>
    public int Add(long durationNanos)
    {
        var seconds = durationNanos / 1e9;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
            bucket++;
        _counts[bucket]++;
        Count++;
        SumSeconds += seconds;
        return bucket;
    }

    /// <summary>As <see cref="Add(long)"/>, and remembers the span as an example of its bucket.</summary>
    public void Add(in Telemetry.Spans.Span span)
    {
        var bucket = Add(span.DurationNanos);
        if (span.TraceId.IsEmpty)
            return;
        _exemplars ??= new SpanExemplar[MaxExemplars];
        var at = 0;
        for (var i = 0; i < MaxExemplars; i++)
        {
            if (_exemplars[i].Bucket == bucket && _exemplars[i].EndMs > 0)
            {
                at = i;
                break;
            }
            if (_exemplars[i].EndMs < _exemplars[at].EndMs)
                at = i;
        }
        // Why not older ones: spans come late, and with times that are far off.
        var endMs = span.EndUnixNano / 1_000_000;
        if (endMs >= Math.Max(1, _exemplars[at].EndMs))
            _exemplars[at] = new SpanExemplar(bucket, span.TraceId, span.SpanId, span.DurationNanos / 1e9, endMs);
    }

    /// <summary>Moves the examples since the last time to <paramref name="into"/>; none when that was less than <paramref name="minAgeMs"/> ago.</summary>
    public void TakeExemplars(long nowMs, long minAgeMs, Span<SpanExemplar> into)
    {
        into.Clear();
        if (_exemplars is null || nowMs - _exemplarsTakenMs < minAgeMs)
            return;
        _exemplars.CopyTo(into);
        Array.Clear(_exemplars);
        _exemplarsTakenMs = nowMs;
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
