using System.Collections;

namespace Bongsu.Query.PromQL;

/// <summary>The floats of one stored series, as columns: what a range vector is as an answer. Times in ms since the epoch, ascending. Immutable.</summary>
public sealed class SamplePoints : IReadOnlyList<PromPoint>
{
    private readonly long[] _timesMs;
    private readonly double[] _values;

    internal SamplePoints(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values) => (_timesMs, _values) = (timesMs.ToArray(), values.ToArray());

    public int Count => _timesMs.Length;

    public ReadOnlySpan<long> TimesMs => _timesMs;

    public ReadOnlySpan<double> Values => _values;

    public PromPoint this[int index] => new(_timesMs[index], _values[index]);

    public IEnumerator<PromPoint> GetEnumerator()
    {
        for (var i = 0; i < _timesMs.Length; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
