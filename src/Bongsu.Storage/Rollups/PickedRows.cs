using Bongsu.Storage.Blocks;
using Bongsu.Storage.Head;

namespace Bongsu.Storage.Rollups;

/// <summary>Puts rows of a series between its samples, in order of time: a row takes the place of all samples in its window.</summary>
internal ref struct PickedRows(ReadOnlySpan<RollupRow> rows)
{
    private readonly ReadOnlySpan<RollupRow> _rows = rows;
    private int _next;
    private long _coveredToMs = long.MinValue;

    /// <summary>Adds the rows whose windows end before a time.</summary>
    public void AddBefore(long timeMs, ref RunFold fold)
    {
        while (_next < _rows.Length && _rows[_next].ToMs < timeMs)
            AddNext(ref fold);
    }

    /// <summary>Adds the rows for all of a stretch when they stand for all of it; false, and nothing added, when they do not.</summary>
    public bool Cover(long minMs, long maxMs, ref RunFold fold)
    {
        var (end, reach) = (_next, Math.Max(_coveredToMs, minMs - 1));
        while (reach < maxMs && end < _rows.Length && _rows[end].FromMs <= reach)
            reach = Math.Max(reach, _rows[end++].ToMs);
        if (reach < maxMs)
            return false;
        while (_next < end)
            AddNext(ref fold);
        return true;
    }

    /// <summary>Whether a window has any part of a stretch.</summary>
    public readonly bool Touch(long minMs, long maxMs) => _coveredToMs >= minMs || (_next < _rows.Length && _rows[_next].FromMs < maxMs);

    /// <summary>Adds samples that are in no window, and the rows among them.</summary>
    public void AddAmong(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, ref RunFold fold)
    {
        Skip(ref timesMs, ref values);
        while (!timesMs.IsEmpty && _next < _rows.Length && _rows[_next].FromMs < timesMs[^1])
        {
            var (_, before) = TimeRange.Of(timesMs, long.MinValue, _rows[_next].FromMs);
            fold.Add(timesMs[..before], values[..before]);
            timesMs = timesMs[before..];
            values = values[before..];
            AddNext(ref fold);
            Skip(ref timesMs, ref values);
        }
        fold.Add(timesMs, values);
    }

    private readonly void Skip(ref ReadOnlySpan<long> timesMs, ref ReadOnlySpan<double> values)
    {
        var (_, covered) = TimeRange.Of(timesMs, long.MinValue, _coveredToMs);
        timesMs = timesMs[covered..];
        values = values[covered..];
    }

    private void AddNext(ref RunFold fold)
    {
        _coveredToMs = _rows[_next].ToMs;
        fold.Add(_rows[_next++].Run);
    }
}
