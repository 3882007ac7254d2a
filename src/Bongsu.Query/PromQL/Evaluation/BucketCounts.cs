namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The cumulative counts of a classic histogram at one step. Reused from step to step; not thread-safe.</summary>
internal sealed class BucketCounts
{
    // Why: sums of floats in different order differ by a few ulps; that is no decline.
    private const double SmallDelta = 1e-12;

    private readonly List<(double Bound, double Count)> _buckets = [];

    public int Count => _buckets.Count;

    public bool HasInfinity => _buckets.Count > 0 && double.IsPositiveInfinity(_buckets[^1].Bound);

    public double Total => _buckets[^1].Count;

    /// <summary>Buckets that had to be raised to the one below them.</summary>
    public (double Least, double Most, double Difference)? Raised { get; private set; }

    public void Read(ClassicHistogram histogram, int step)
    {
        _buckets.Clear();
        Raised = null;
        foreach (var (bound, series) in histogram.Buckets)
        {
            if (!series.HasFloat(step))
                continue;
            // Why: "1" and "1.0" are one bucket.
            if (_buckets.Count > 0 && _buckets[^1].Bound == bound)
                _buckets[^1] = (bound, _buckets[^1].Count + series.Values[step]);
            else
                _buckets.Add((bound, series.Values[step]));
        }
        MakeMonotonic();
    }

    public double Quantile(double q)
    {
        if (double.IsNaN(q))
            return double.NaN;
        if (q < 0)
            return double.NegativeInfinity;
        if (q > 1)
            return double.PositiveInfinity;
        if (_buckets.Count < 2 || !HasInfinity || Total == 0)
            return double.NaN;
        var rank = q * Total;
        var at = 0;
        while (at < _buckets.Count - 1 && _buckets[at].Count < rank)
            at++;
        if (at == _buckets.Count - 1)
            return _buckets[^2].Bound;
        var (end, count) = _buckets[at];
        if (at == 0 && end <= 0)
            return end;
        var start = at == 0 ? 0 : _buckets[at - 1].Bound;
        var below = at == 0 ? 0 : _buckets[at - 1].Count;
        return start + (end - start) * ((rank - below) / (count - below));
    }

    public double Fraction(double lower, double upper)
    {
        if (_buckets.Count == 0 || !HasInfinity || Total == 0 || double.IsNaN(lower) || double.IsNaN(upper))
            return double.NaN;
        if (lower >= upper)
            return 0;
        return (Rank(upper) - Rank(lower)) / Total;
    }

    private double Rank(double value)
    {
        if (double.IsPositiveInfinity(value))
            return Total;
        double below = 0;
        for (var i = 0; i < _buckets.Count; i++)
        {
            var (end, count) = _buckets[i];
            var start = i > 0 ? _buckets[i - 1].Bound : end > 0 ? 0 : double.NegativeInfinity;
            if (value <= start)
                return below;
            if (value < end)
            {
                // Why: nothing is known about where values lie in a bucket without an end: they are taken to be at its one bound.
                if (double.IsInfinity(end) || double.IsInfinity(start))
                    return double.IsInfinity(start) && !double.IsInfinity(end) ? count : below;
                return below + (count - below) * ((value - start) / (end - start));
            }
            below = count;
        }
        return below;
    }

    private void MakeMonotonic()
    {
        var most = double.NegativeInfinity;
        for (var i = 0; i < _buckets.Count; i++)
        {
            var (bound, count) = _buckets[i];
            if (count >= most || double.IsNaN(count))
            {
                most = double.IsNaN(count) ? most : count;
                continue;
            }
            if (Math.Abs(most - count) > SmallDelta * (Math.Abs(most) + Math.Abs(count)))
            {
                var difference = most - count;
                Raised = Raised is { } raised
                    ? (Math.Min(raised.Least, bound), Math.Max(raised.Most, bound), Math.Max(raised.Difference, difference))
                    : (bound, bound, difference);
            }
            _buckets[i] = (bound, most);
        }
    }
}
