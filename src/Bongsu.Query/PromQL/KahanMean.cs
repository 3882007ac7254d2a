namespace Bongsu.Query.PromQL;

/// <summary>A mean that is the compensated sum over the count while the sum fits, and moves to running means when it overflows.</summary>
internal struct KahanMean
{
    private KahanSum _sum;
    private bool _isRunning;

    public int Count { get; private set; }

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
}
