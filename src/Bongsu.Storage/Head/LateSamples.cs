using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Head;

/// <summary>
/// Samples of one series that came after younger ones: a sorted run and what came since, which is sorted in when read. Of two at one time the later arrival
/// stands. Only touched under the head's gate.
/// </summary>
internal sealed class LateSamples
{
    private long[] _times = new long[4];
    private double[] _values = new double[4];
    private int _count;
    private int _sorted;

    public int Count => _count;

    /// <summary>Adds a sample and returns by how many bytes it grew.</summary>
    public int Add(long timeMs, double value)
    {
        var grown = 0;
        if (_count == _times.Length)
        {
            grown = _count * 16;
            Array.Resize(ref _times, _count * 2);
            Array.Resize(ref _values, _count * 2);
        }
        if (_sorted == _count && (_count == 0 || timeMs > _times[_count - 1]))
            _sorted++;
        _times[_count] = timeMs;
        _values[_count++] = value;
        return grown;
    }

    /// <summary>Appends what lies in [from, to], ascending.</summary>
    public void Read(long fromMs, long toMs, Column<long> times, Column<double> values)
    {
        Sort();
        var (start, end) = TimeRange.Of(_times.AsSpan(0, _count), fromMs, toMs);
        times.Add(_times.AsSpan(start, end - start));
        values.Add(_values.AsSpan(start, end - start));
    }

    /// <summary>Forgets what lies in [from, to].</summary>
    public void Remove(long fromMs, long toMs)
    {
        Sort();
        var (start, end) = TimeRange.Of(_times.AsSpan(0, _count), fromMs, toMs);
        _times.AsSpan(end, _count - end).CopyTo(_times.AsSpan(start));
        _values.AsSpan(end, _count - end).CopyTo(_values.AsSpan(start));
        _sorted = _count -= end - start;
    }

    // Both parts are sorted and then merged: what is sorted already is not sorted again.
    private void Sort()
    {
        if (_sorted == _count)
            return;
        var added = _count - _sorted;
        var arrivals = new int[added];
        for (var i = 0; i < added; i++)
            arrivals[i] = _sorted + i;
        var all = _times;
        Array.Sort(arrivals, (a, b) => all[a] != all[b] ? all[a].CompareTo(all[b]) : a.CompareTo(b));
        var (times, values) = (new long[_times.Length], new double[_times.Length]);
        var (count, left, right) = (0, 0, 0);
        while (left < _sorted || right < added)
        {
            var takesLeft = right == added || (left < _sorted && _times[left] <= _times[arrivals[right]]);
            var at = takesLeft ? left++ : arrivals[right++];
            // Equal times follow each other in order of arrival: the last one stands.
            if (count > 0 && times[count - 1] == _times[at])
                count--;
            times[count] = _times[at];
            values[count++] = _values[at];
        }
        (_times, _values, _count, _sorted) = (times, values, count, count);
    }
}
