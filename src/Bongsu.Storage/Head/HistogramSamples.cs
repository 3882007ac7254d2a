using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>Native histograms of one series, ascending; each stands above floats of its time, since a later float takes it away. Only touched under the head's gate.</summary>
internal sealed class HistogramSamples
{
    private readonly List<(long Time, NativeHistogram Value)> _samples = [];

    public int Count => _samples.Count;

    public void Set(long timeMs, NativeHistogram value)
    {
        var at = Find(timeMs);
        if (at < _samples.Count && _samples[at].Time == timeMs)
            _samples[at] = (timeMs, value);
        else
            _samples.Insert(at, (timeMs, value));
    }

    public void Remove(long fromMs, long toMs)
    {
        var start = Find(fromMs);
        var end = start;
        while (end < _samples.Count && _samples[end].Time <= toMs)
            end++;
        _samples.RemoveRange(start, end - start);
    }

    public void Read(long fromMs, long toMs, SampleColumns into)
    {
        for (var i = Find(fromMs); i < _samples.Count && _samples[i].Time <= toMs; i++)
            into.Add(_samples[i].Time, _samples[i].Value);
    }

    // First index at or above a time; mostly the end.
    private int Find(long timeMs)
    {
        var (low, high) = (0, _samples.Count);
        if (high == 0 || _samples[high - 1].Time < timeMs)
            return high;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_samples[middle].Time < timeMs)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
