namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Samples of one series by time, as lines gave them.</summary>
internal sealed class SampleSeries
{
    private readonly List<(long TimeUnixNano, double Value)> _samples = [];
    private bool _sorted = true;

    public int Count => _samples.Count;

    public void Add(long timeUnixNano, double value)
    {
        _sorted &= _samples.Count == 0 || _samples[^1].TimeUnixNano <= timeUnixNano;
        _samples.Add((timeUnixNano, value));
    }

    public void Sort()
    {
        if (!_sorted)
            _samples.Sort(static (a, b) => a.TimeUnixNano.CompareTo(b.TimeUnixNano));
        _sorted = true;
    }

    public (long TimeUnixNano, double Value) this[int index] => _samples[index];
}
