namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// The change of a counter that was reset, for windows that ascend: the resets of a window are found with two pointers. A few are added up one by one, as
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
        return _count > 0;
    }

    /// <summary>
    /// The change of the counter over the samples from low up to, but not including, high, with what it lost at resets between them; neither bound may be
    /// less than before.
    /// </summary>
    public double Change(ReadOnlySpan<double> values, int low, int high)
    {
        while (_high < _count && _at[_high] < high)
            _high++;
        while (_low < _high && _at[_low] <= low)
            _low++;
        if (_high == _low)
            return values[high - 1] - values[low];
        if (_high - _low > FewResets && _before[_high].Minus(_before[_low]).Plus(values[high - 1]).Plus(-values[low]).High is var sum && double.IsFinite(sum))
            return sum;
        var change = new KahanSum();
        change.Add(values[high - 1]);
        change.Add(-values[low]);
        for (var i = _low; i < _high; i++)
            change.Add(values[_at[i] - 1]);
        return change.Total;
    }

    private void Grow()
    {
        Array.Resize(ref _at, _at.Length * 2);
        Array.Resize(ref _before, _before.Length * 2);
    }
}
