namespace Bongsu.Query.PromQL;

/// <summary>A sum with Neumaier's compensation, so that 1e100 + 1 - 1e100 is 1.</summary>
internal struct KahanSum
{
    private double _sum;
    private double _compensation;

    public KahanSum(double sum, double compensation)
    {
        _sum = sum;
        _compensation = compensation;
    }

    public readonly double Total => double.IsInfinity(_sum) ? _sum : _sum + _compensation;

    public readonly double Raw => _sum;

    public readonly double Compensation => _compensation;

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

    /// <summary>Adds another sum with what it has lost.</summary>
    public void Add(KahanSum other)
    {
        Add(other._sum);
        if (!double.IsInfinity(_sum))
            _compensation += other._compensation;
    }

    /// <summary>The same sum, both parts scaled.</summary>
    public void Scale(double factor)
    {
        _sum *= factor;
        _compensation *= factor;
    }
}
