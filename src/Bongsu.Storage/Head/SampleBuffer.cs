using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>
/// The samples of one series in the head: ascending columns, and beside them what came late until there is enough of it to merge. Of two values
/// at one time the later arrival stands. Thread-safe: one writer, any readers, one lock.
/// </summary>
internal sealed class SampleBuffer
{
    // Late samples are merged when read, or once they are a quarter of the rest: each merge is linear, so their cost stays linear too.
    private const int MinLate = 64;

    private long[] _times = [];
    private double[] _values = [];
    private int _count;
    private List<(long Time, int Order, double Value)>? _late;
    private List<(long Time, NativeHistogram Value)>? _histograms;

    /// <summary>First and last time, min above max when empty.</summary>
    public long MinTimeMs { get; private set; } = long.MaxValue;

    public long MaxTimeMs { get; private set; } = long.MinValue;

    public bool IsEmpty => MinTimeMs > MaxTimeMs;

    /// <summary>Adds a sample and returns by how many bytes the buffer grew.</summary>
    // Hot path: 0 B/op but when the columns double (see MetricAppendBenchmark, AllocationTests)
    public int Add(long timeMs, double value)
    {
        lock (this)
        {
            Widen(timeMs);
            if (_histograms is not null)
                RemoveHistogram(timeMs);
            // Fast path: in order.
            if (_late is null && (_count == 0 || timeMs > _times[_count - 1]))
                return Append(timeMs, value);
            if (_late is null && timeMs == _times[_count - 1])
            {
                _values[_count - 1] = value;
                return 0;
            }
            (_late ??= []).Add((timeMs, _late.Count, value));
            if (_late.Count >= MinLate && _late.Count >= _count / 4)
                MergeLate();
            return 32;
        }
    }

    public int Add(long timeMs, NativeHistogram value)
    {
        lock (this)
        {
            Widen(timeMs);
            RemoveFloat(timeMs);
            _histograms ??= [];
            var at = _histograms.Count;
            while (at > 0 && _histograms[at - 1].Time >= timeMs)
                at--;
            if (at < _histograms.Count && _histograms[at].Time == timeMs)
                _histograms[at] = (timeMs, value);
            else
                _histograms.Insert(at, (timeMs, value));
            return 200 + (value.PositiveBuckets.Length + value.NegativeBuckets.Length) * 8;
        }
    }

    /// <summary>Whether there is a sample in [from, to].</summary>
    public bool Overlaps(long fromMs, long toMs)
    {
        lock (this)
        {
            if (MinTimeMs > toMs || MaxTimeMs < fromMs)
                return false;
            MergeLate();
            var (start, end) = Range(fromMs, toMs);
            if (start < end)
                return true;
            foreach (var (time, _) in _histograms ?? [])
            {
                if (time >= fromMs && time <= toMs)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Appends what lies in [from, to], ascending.</summary>
    public void Read(long fromMs, long toMs, SampleColumns into)
    {
        lock (this)
        {
            MergeLate();
            var (start, end) = Range(fromMs, toMs);
            into.TimesMs.Add(_times.AsSpan(start, end - start));
            into.Values.Add(_values.AsSpan(start, end - start));
            foreach (var (time, value) in _histograms ?? [])
            {
                if (time >= fromMs && time <= toMs)
                    into.Add(time, value);
            }
        }
    }

    private int Append(long timeMs, double value)
    {
        var grown = 0;
        if (_count == _times.Length)
        {
            // Small series stay small; large ones grow by half.
            var capacity = _count < 8 ? 8 : _count < 256 ? _count * 2 : _count + _count / 2;
            grown = (capacity - _count) * 16;
            Array.Resize(ref _times, capacity);
            Array.Resize(ref _values, capacity);
        }
        _times[_count] = timeMs;
        _values[_count++] = value;
        return grown;
    }

    private void Widen(long timeMs)
    {
        MinTimeMs = Math.Min(MinTimeMs, timeMs);
        MaxTimeMs = Math.Max(MaxTimeMs, timeMs);
    }

    private (int Start, int End) Range(long fromMs, long toMs)
    {
        var times = _times.AsSpan(0, _count);
        var start = times.BinarySearch(fromMs);
        var end = times.BinarySearch(toMs);
        start = start < 0 ? ~start : start;
        end = end < 0 ? ~end : end + 1;
        return (start, Math.Max(start, end));
    }

    private void RemoveHistogram(long timeMs)
    {
        for (var i = _histograms!.Count - 1; i >= 0 && _histograms[i].Time >= timeMs; i--)
        {
            if (_histograms[i].Time == timeMs)
                _histograms.RemoveAt(i);
        }
    }

    private void RemoveFloat(long timeMs)
    {
        MergeLate();
        var at = _times.AsSpan(0, _count).BinarySearch(timeMs);
        if (at < 0)
            return;
        _times.AsSpan(at + 1, _count - at - 1).CopyTo(_times.AsSpan(at));
        _values.AsSpan(at + 1, _count - at - 1).CopyTo(_values.AsSpan(at));
        _count--;
    }

    private void MergeLate()
    {
        if (_late is not { } late)
            return;
        late.Sort(static (a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Order.CompareTo(b.Order));
        var times = new long[_count + late.Count];
        var values = new double[times.Length];
        var (count, left, right) = (0, 0, 0);
        while (left < _count || right < late.Count)
        {
            var takeLeft = right == late.Count || (left < _count && _times[left] <= late[right].Time);
            var (time, value) = takeLeft ? (_times[left], _values[left++]) : (late[right].Time, late[right++].Value);
            // Equal times follow each other in order of arrival: the last one stands.
            if (count > 0 && times[count - 1] == time)
                count--;
            times[count] = time;
            values[count++] = value;
        }
        (_times, _values, _count, _late) = (times, values, count, null);
    }
}
