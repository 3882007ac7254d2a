namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Samples of one series by time, as lines gave them.</summary>
internal sealed class SampleSeries
{
    private Sample[] _samples = [];
    private int _count;
    private bool _isSorted = true;

    public void Add(long timeUnixNano, double value)
    {
        if (_count == _samples.Length)
            Array.Resize(ref _samples, Math.Max(4, _count * 2));
        _isSorted &= _count == 0 || _samples[_count - 1].TimeUnixNano <= timeUnixNano;
        _samples[_count++] = new Sample(timeUnixNano, value);
    }

    public ReadOnlySpan<Sample> Sorted()
    {
        var samples = _samples.AsSpan(0, _count);
        if (!_isSorted)
            samples.Sort(static (a, b) => a.TimeUnixNano.CompareTo(b.TimeUnixNano));
        _isSorted = true;
        return samples;
    }
}
