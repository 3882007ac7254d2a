using System.Diagnostics;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>One time series: a running sum or last value, or a histogram when it has bounds. Thread-safe.</summary>
internal sealed class MetricPoint(TagSet tags, ulong startNanos, double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length + 1];
    private readonly MetricExemplar[] _exemplars = bounds is null ? [] : new MetricExemplar[bounds.Length + 1];
    private long _integer;
    private double _sum;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private long _count;

    public TagSet Tags { get; } = tags;
    public ulong StartNanos { get; } = startNanos;

    /// <summary>The collection that last observed it; only asked of observable instruments.</summary>
    public long Generation { get; set; }

    public long Integer => Interlocked.Read(ref _integer);

    public double Number => Volatile.Read(ref _sum);

    public void Add(long value) => Interlocked.Add(ref _integer, value);

    public void Set(long value) => Interlocked.Exchange(ref _integer, value);

    public void Set(double value) => Interlocked.Exchange(ref _sum, value);

    public void Add(double value)
    {
        lock (_lock)
            _sum += value;
    }

    public void Record(double value, double[] bucketBounds, ulong nowNanos)
    {
        var bucket = Array.BinarySearch(bucketBounds, value);
        bucket = bucket < 0 ? ~bucket : bucket;
        var activity = Activity.Current;
        lock (_lock)
        {
            _buckets[bucket]++;
            _count++;
            _sum += value;
            _min = Math.Min(_min, value);
            _max = Math.Max(_max, value);
            if (activity is { Recorded: true })
                _exemplars[bucket] = new MetricExemplar(value, nowNanos, activity.TraceId, activity.SpanId);
        }
    }

    /// <summary>A consistent copy of the histogram; its exemplars are handed over, so each is exported once.</summary>
    public HistogramValues Histogram()
    {
        lock (_lock)
        {
            var exemplars = new List<MetricExemplar>();
            for (var i = 0; i < _exemplars.Length; i++)
            {
                if (_exemplars[i].TimeNanos != 0)
                    exemplars.Add(_exemplars[i]);
                _exemplars[i] = default;
            }
            return new HistogramValues(_count, _sum, _min, _max, [.. _buckets], exemplars);
        }
    }
}
