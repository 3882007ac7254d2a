using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Head;

/// <summary>
/// When the counter behind each sample of a series began, 0 where unknown, as steps over time: a value holds from its time up to the next step. Senders repeat
/// one start for as long as the counter lives, so there are few steps. Not thread-safe.
/// </summary>
internal sealed class StartTimes
{
    private readonly List<(long FromMs, long StartMs)> _steps = [];

    public int Count => _steps.Count;

    public StartTimes Copy()
    {
        var copy = new StartTimes();
        copy._steps.AddRange(_steps);
        return copy;
    }

    /// <summary>Sets the start of a sample, and of none beside it.</summary>
    /// <param name="timeMs">The sample's time.</param>
    /// <param name="startMs">0 for unknown.</param>
    /// <param name="isLast">No sample is younger: the start then holds for those to come, which saves a step each.</param>
    public void Set(long timeMs, long startMs, bool isLast)
    {
        var at = Find(timeMs);
        var before = at < 0 ? 0 : _steps[at].StartMs;
        if (before == startMs)
            return;
        if (at >= 0 && _steps[at].FromMs == timeMs)
            _steps[at] = (timeMs, startMs);
        else
            _steps.Insert(++at, (timeMs, startMs));
        var isNextTaken = at + 1 < _steps.Count && _steps[at + 1].FromMs == timeMs + 1;
        if (!isLast && timeMs < long.MaxValue && !isNextTaken)
            _steps.Insert(at + 1, (timeMs + 1, before));
    }

    /// <summary>The start of the sample at a time.</summary>
    public long At(long timeMs)
    {
        var at = Find(timeMs);
        return at < 0 ? 0 : _steps[at].StartMs;
    }

    public void Put(ByteWriter into)
    {
        into.PutVarint((ulong)_steps.Count);
        foreach (var (from, start) in _steps)
        {
            into.PutZigZag(from);
            into.PutZigZag(start);
        }
    }

    /// <summary>Null when the bytes are none.</summary>
    public static StartTimes? TryRead(ref ByteReader reader)
    {
        var starts = new StartTimes();
        for (var left = reader.ReadCount(2); left > 0; left--)
        {
            var from = reader.ReadZigZag();
            if (starts.Count > 0 && from <= starts._steps[^1].FromMs)
                return null;
            starts._steps.Add((from, reader.ReadZigZag()));
        }
        return reader.Failed ? null : starts;
    }

    /// <summary>Fills in the starts of samples, behind those of <paramref name="before"/> others; nothing when all are unknown.</summary>
    public void Fill(ReadOnlySpan<long> times, int before, Column<long> into)
    {
        var (any, count) = (false, into.Count);
        into.Take(before - count).Clear();
        var target = into.Take(times.Length);
        for (var i = 0; i < times.Length; i++)
            any |= (target[i] = At(times[i])) != 0;
        if (!any)
            into.Truncate(count);
    }

    // Last step at or before a time; mostly the last of all.
    private int Find(long timeMs)
    {
        var (low, high) = (0, _steps.Count);
        if (high > 0 && _steps[high - 1].FromMs <= timeMs)
            return high - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_steps[middle].FromMs <= timeMs)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }
}
