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
    private readonly List<SeriesHandle?> _handles = [];

    /// <summary>Where label bytes live.</summary>
    public ByteArena Arena { get; } = new();

    /// <summary>One entry a float sample: index of its series, time in ms since the epoch, value.</summary>
    public Column<int> SampleSeries { get; } = new();
    public Column<long> SampleTimesMs { get; } = new();
    public Column<double> SampleValues { get; } = new();

    /// <summary>When the counter behind each float sample began, in ms since the epoch, 0 where unknown; empty when no sample says it.</summary>
    public Column<long> SampleStartTimesMs { get; } = new();

    /// <summary>As <see cref="SampleStartTimesMs"/>, for <see cref="Histograms"/>.</summary>
    public Column<long> HistogramStartTimesMs { get; } = new();

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
        _handles.Add(null);
        return _series.Count - 1;
    }

    /// <summary>Adds a series that is known from an earlier batch and returns its index: pipeline stages have been through with it then.</summary>
    public int AddSeries(SeriesHandle known)
    {
        _series.Add(default);
        _dropped.Add(false);
        _handles.Add(known);
        return _series.Count - 1;
    }

    /// <summary>The handle that a series was added by; null when it came as label bytes.</summary>
    public SeriesHandle? Handle(int series) => _handles[series];

    public void AddSample(int series, long timestampMs, double value)
    {
        SampleSeries.Add(series);
        SampleTimesMs.Add(timestampMs);
        SampleValues.Add(value);
    }

    public ReadOnlySpan<byte> SeriesLabels(int series) => _handles[series] is { } known ? known.Labels.Bytes : Arena.Get(_series[series]);

    /// <summary>Replaces a series' labels (a pipeline stage that rewrites them).</summary>
    public void ReplaceLabels(int series, ReadOnlySpan<byte> canonicalLabels)
    {
        _handles[series] = null;
        _series[series] = Arena.Append(canonicalLabels);
    }

    /// <summary>Marks a series, with all its samples here, as refused. Stores skip it; whoever drops it reports why.</summary>
    public void DropSeries(int series) => _dropped[series] = true;

    public bool IsDropped(int series) => _dropped[series];

    public void Clear()
    {
        Arena.Clear();
        _series.Clear();
        _dropped.Clear();
        _handles.Clear();
        SampleSeries.Clear();
        SampleTimesMs.Clear();
        SampleValues.Clear();
        SampleStartTimesMs.Clear();
        HistogramStartTimesMs.Clear();
        Histograms.Clear();
        Exemplars.Clear();
        Metadata.Clear();
    }
}
