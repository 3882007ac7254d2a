using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Metrics;

/// <summary>
/// Samples in columns, on their way from a decoder to a store. Each sample names its series by index; a series is its canonical label bytes
/// (see <see cref="LabelSet"/>) with <c>__name__</c> among them. Reusable through <see cref="Clear"/>; not thread-safe. Whoever rents it gives it back:
/// a store must not keep it after its append has completed.
/// </summary>
public sealed class MetricBatch
{
    private readonly List<Slice> _series = [];
    private readonly List<bool> _dropped = [];

    /// <summary>Where label bytes live.</summary>
    public ByteArena Arena { get; } = new();

    /// <summary>One entry a float sample: index of its series, time in ms since the epoch, value.</summary>
    public Column<int> SampleSeries { get; } = new();
    public Column<long> SampleTimesMs { get; } = new();
    public Column<double> SampleValues { get; } = new();

    /// <summary>Histogram samples, few by nature.</summary>
    public List<(int Series, long TimestampMs, NativeHistogram Value)> Histograms { get; } = [];

    public List<(int Series, Exemplar Exemplar)> Exemplars { get; } = [];

    public List<MetricMetadata> Metadata { get; } = [];

    public int SeriesCount => _series.Count;

    /// <summary>Samples and histograms, dropped ones included.</summary>
    public int Count => SampleSeries.Count + Histograms.Count;

    /// <summary>Adds a series by its canonical label bytes and returns its index. The same bytes may be added twice; that is only wasteful.</summary>
    public int AddSeries(ReadOnlySpan<byte> canonicalLabels)
    {
        _series.Add(Arena.Append(canonicalLabels));
        _dropped.Add(false);
        return _series.Count - 1;
    }

    public void AddSample(int series, long timestampMs, double value)
    {
        SampleSeries.Add(series);
        SampleTimesMs.Add(timestampMs);
        SampleValues.Add(value);
    }

    public ReadOnlySpan<byte> SeriesLabels(int series) => Arena.Get(_series[series]);

    /// <summary>Replaces a series' labels (a pipeline stage that rewrites them).</summary>
    public void ReplaceLabels(int series, ReadOnlySpan<byte> canonicalLabels) => _series[series] = Arena.Append(canonicalLabels);

    /// <summary>Marks a series, with all its samples here, as refused. Stores skip it; whoever drops it reports why.</summary>
    public void DropSeries(int series) => _dropped[series] = true;

    public bool IsDropped(int series) => _dropped[series];

    public void Clear()
    {
        Arena.Clear();
        _series.Clear();
        _dropped.Clear();
        SampleSeries.Clear();
        SampleTimesMs.Clear();
        SampleValues.Clear();
        Histograms.Clear();
        Exemplars.Clear();
        Metadata.Clear();
    }
}
