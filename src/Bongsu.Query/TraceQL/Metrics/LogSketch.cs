namespace Bongsu.Query.TraceQL.Metrics;

/// <summary>
/// Counts of values in buckets that grow by 2^(1/32), so that a quantile is at most 2.2 % off; the smallest and the largest value are exact. What is not
/// positive shares one bucket. Not thread-safe.
/// </summary>
internal sealed class LogSketch
{
    private const int BucketsPerDoubling = 32;
    private const int NotPositive = int.MinValue;

    private readonly SortedDictionary<int, double> _counts = [];
    private double _total;
    private double _least = double.PositiveInfinity;
    private double _most = double.NegativeInfinity;

    public int BucketCount => _counts.Count;

    public void Add(double value, double weight)
    {
        var bucket = value > 0 ? (int)Math.Ceiling(Math.Log2(value) * BucketsPerDoubling) : NotPositive;
        _counts[bucket] = _counts.GetValueOrDefault(bucket) + weight;
        _total += weight;
        _least = Math.Min(_least, value);
        _most = Math.Max(_most, value);
    }

    /// <summary>The value at a rank, between the ends of its bucket by the share of the bucket's values that lie below.</summary>
    public double Quantile(double quantile)
    {
        if (quantile <= 0)
            return _least;
        var rank = Math.Max(1, Math.Ceiling(quantile * _total - 1e-9));
        double below = 0;
        foreach (var (bucket, count) in _counts)
        {
            if (below + count < rank)
            {
                below += count;
                continue;
            }
            var share = (rank - below) / count;
            var value = bucket == NotPositive
                ? _least * (1 - share)
                : Math.Pow(2, (bucket - 1 + share) / BucketsPerDoubling);
            return Math.Clamp(value, _least, _most);
        }
        return _most;
    }
}
