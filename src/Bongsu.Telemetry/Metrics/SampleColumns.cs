using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Metrics;

/// <summary>
/// The samples of one series, ascending in time without repeats: floats in two columns, histograms beside them (a series may change between the
/// two; at one time it has one or the other). A caller's buffer: readers append to it.
/// </summary>
public sealed class SampleColumns
{
    public Column<long> TimesMs { get; } = new();
    public Column<double> Values { get; } = new();
    public Column<long> HistogramTimesMs { get; } = new();
    public List<NativeHistogram> Histograms { get; } = [];

    /// <summary>When the counter behind each float began, in ms since the epoch, 0 where unknown; empty when no sample says it.</summary>
    public Column<long> StartTimesMs { get; } = new();

    /// <summary>As <see cref="StartTimesMs"/>, for the histograms.</summary>
    public Column<long> HistogramStartTimesMs { get; } = new();

    public bool IsEmpty => TimesMs.Count == 0 && HistogramTimesMs.Count == 0;

    public void Add(long timestampMs, double value)
    {
        TimesMs.Add(timestampMs);
        Values.Add(value);
    }

    public void Add(long timestampMs, NativeHistogram value)
    {
        HistogramTimesMs.Add(timestampMs);
        Histograms.Add(value);
    }

    public void Clear()
    {
        TimesMs.Clear();
        Values.Clear();
        HistogramTimesMs.Clear();
        Histograms.Clear();
        StartTimesMs.Clear();
        HistogramStartTimesMs.Clear();
    }
}
