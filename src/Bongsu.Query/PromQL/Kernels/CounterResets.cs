namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// What a counter lost at its resets, for windows that ascend: the resets of a window are found with two pointers. A few are added up one by one, as
/// plain evaluation does; of many the difference of two prefix sums is taken, which are twice as precise as a double. Reused; one for each thread.
/// </summary>
internal sealed class CounterResets
{
    // Why: up to here adding them up costs no more than a prefix sum.
    private const int FewResets = 8;

    private int[] _at = new int[16];
    private DoubleDouble[] _before = new DoubleDouble[16];
    private int _count;
    private int _low;
    private int _high;
    private bool _isFinite;

    /// <summary>Finds the resets; false when there are none.</summary>
    public bool Load(ReadOnlySpan<double> values)
    {
        (_count, _low, _high) = (0, 0, 0);
        var total = default(DoubleDouble);
        for (var i = 1; i < values.Length; i++)
        {
            if (!(values[i] < values[i - 1]))
                continue;
            if (_count + 1 >= _at.Length)
                Grow();
            _at[_count] = i;
            _before[_count++] = total;
            total = total.Plus(values[i - 1]);
        }
        _before[_count] = total;
        _isFinite = double.IsFinite(total.High);
        return _count > 0;
    }

    /// <summary>Lost between neighbours that are both among the samples from low up to, but not including, high; neither may be less than before.</summary>
    public double Between(ReadOnlySpan<double> values, int low, int high)
    {
        while (_high < _count && _at[_high] < high)
            _high++;
        while (_low < _high && _at[_low] <= low)
            _low++;
        if (_high - _low > FewResets && _isFinite)
            return _before[_high].Minus(_before[_low]);
        var lost = 0.0;
        for (var i = _low; i < _high; i++)
            lost += values[_at[i] - 1];
        return lost;
    }

    private void Grow()
    {
        Array.Resize(ref _at, _at.Length * 2);
        Array.Resize(ref _before, _before.Length * 2);
    }
}
