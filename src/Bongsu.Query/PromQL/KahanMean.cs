namespace Bongsu.Query.PromQL;

/// <summary>A mean that is the compensated sum over the count while the sum fits, and moves to running means when it overflows.</summary>
internal struct KahanMean
{
    private KahanSum _sum;
    private bool _isRunning;

    public KahanMean(KahanSum sum, long count)
    {
        _sum = sum;
        Count = count;
    }

    public long Count { get; private set; }

    public readonly double Mean => Count == 0 ? double.NaN : _isRunning ? _sum.Total : _sum.Total / Count;

    public void Add(double value)
    {
        Count++;
        if (!_isRunning)
        {
            var next = _sum;
            next.Add(value);
            if (Count == 1 || !double.IsInfinity(next.Raw))
            {
                _sum = next;
                return;
            }
            _isRunning = true;
            _sum.Scale(1.0 / (Count - 1));
        }
        _sum.Scale((Count - 1.0) / Count);
        _sum.Add(value / Count);
    }

    /// <summary>Adds the values behind another mean.</summary>
    public void Add(KahanMean other)
    {
        if (other.Count == 0)
            return;
        var total = Count + other.Count;
        if (!_isRunning && !other._isRunning)
        {
            var next = _sum;
            next.Add(other._sum);
            if (Count == 0 || !double.IsInfinity(next.Raw))
            {
                _sum = next;
                Count = total;
                return;
            }
        }
        var (mine, theirs) = (AsRunning(), other.AsRunning());
        mine.Scale((double)Count / total);
        theirs.Scale((double)other.Count / total);
        mine.Add(theirs);
        (_sum, Count, _isRunning) = (mine, total, true);
    }

    private readonly KahanSum AsRunning()
    {
        var running = _sum;
        if (!_isRunning && Count > 0)
            running.Scale(1.0 / Count);
        return running;
    }
}
