namespace Bongsu.Query.PromQL;

/// <summary>A sum with Neumaier's compensation, so that 1e100 + 1 - 1e100 is 1.</summary>
internal struct KahanSum
{
    private double _sum;
    private double _compensation;

    public readonly double Total => double.IsInfinity(_sum) ? _sum : _sum + _compensation;

    public readonly double Raw => _sum;

    public void Add(double value)
    {
        var next = _sum + value;
        if (double.IsInfinity(next))
            _compensation = 0;
        else if (Math.Abs(_sum) >= Math.Abs(value))
            _compensation += (_sum - next) + value;
        else
            _compensation += (value - next) + _sum;
        _sum = next;
    }

    /// <summary>The same sum, both parts scaled.</summary>
    public void Scale(double factor)
    {
        _sum *= factor;
        _compensation *= factor;
    }
}
