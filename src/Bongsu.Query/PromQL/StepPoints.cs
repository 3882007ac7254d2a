using System.Collections;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL;

/// <summary>
/// The points of one series of a range query, as columns: entry i is the value at <see cref="StartMs"/> + i × <see cref="StepMs"/>, and the staleness
/// marker (<see cref="SampleValues.IsStale"/>) where there is no float. As a list it has the points that are there, absent steps left out. Immutable.
/// </summary>
public sealed class StepPoints : IReadOnlyList<PromPoint>
{
    private readonly double[] _values;
    private readonly NativeHistogram?[]? _histograms;
    private readonly int _first;
    private readonly int[]? _present;

    internal StepPoints(long startMs, long stepMs, double[] values, NativeHistogram?[]? histograms, int count)
    {
        (StartMs, StepMs, _values, _histograms, Steps) = (startMs, stepMs, values, histograms, count);
        var last = -1;
        for (var i = 0; i < count; i++)
        {
            if (!Has(i))
                continue;
            _first = Count++ == 0 ? i : _first;
            last = i;
        }
        if (Count > 0 && last - _first + 1 != Count)
            _present = PresentSteps();
    }

    /// <summary>Time of the first step, in ms since the epoch.</summary>
    public long StartMs { get; }

    public long StepMs { get; }

    /// <summary>Steps, with those that are absent.</summary>
    public int Steps { get; }

    /// <summary>Points that are there.</summary>
    public int Count { get; private set; }

    /// <summary>Some of the points are histograms.</summary>
    public bool HasHistograms => _histograms is not null;

    /// <summary>The value of each step; the staleness marker where there is none, or a histogram.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Steps);

    public PromPoint this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return At(_present is null ? _first + index : _present[index]);
        }
    }

    /// <summary>The histogram of a step, if it has one.</summary>
    public NativeHistogram? Histogram(int step) => _histograms?[step];

    public long TimeMs(int step) => StartMs + step * StepMs;

    public IEnumerator<PromPoint> GetEnumerator()
    {
        for (var i = 0; i < Steps; i++)
        {
            if (Has(i))
                yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool Has(int step) => !SampleValues.IsStale(_values[step]) || _histograms?[step] is not null;

    private PromPoint At(int step) =>
        Histogram(step) is { } histogram ? new PromPoint(TimeMs(step), 0, histogram) : new PromPoint(TimeMs(step), _values[step]);

    private int[] PresentSteps()
    {
        var present = new int[Count];
        var at = 0;
        for (var i = 0; i < Steps; i++)
        {
            if (Has(i))
                present[at++] = i;
        }
        return present;
    }
}
