using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Computes the series of a leaf one by one. Not thread-safe; one for each worker.</summary>
internal abstract class SeriesLeafReader(QueryContext context, ISeriesSelection selection) : IDisposable
{
    // Roughly what a native histogram takes: its object and its arrays.
    private const int BytesPerHistogram = 400;

    private readonly ISeriesReader _reader = selection.OpenReader();
    private long _held;
    private long _heldBytes;

    /// <summary>Samples that steps have looked at.</summary>
    public abstract long Seen { get; }

    protected ISeriesSelection Selection { get; } = selection;

    protected SampleColumns Columns { get; } = new();

    /// <summary>Fills every step of a column; false when there is no value in any.</summary>
    public abstract bool Compute(int series, StepSeries into);

    public void Dispose()
    {
        context.CountSeen(Seen);
        context.Release(_held, _heldBytes);
        _reader.Dispose();
    }

    protected void Read(int series)
    {
        context.Check();
        Columns.Clear();
        _reader.Read(series, Columns);
        // The buffer stays as large as the largest series: that is what is held, and most series change nothing.
        var samples = Columns.TimesMs.Count + Columns.HistogramTimesMs.Count;
        var bytes = Columns.TimesMs.Count * 16L + Columns.HistogramTimesMs.Count * BytesPerHistogram;
        if (samples <= _held && bytes <= _heldBytes)
            return;
        var (moreSamples, moreBytes) = (Math.Max(0, samples - _held), Math.Max(0, bytes - _heldBytes));
        _held += moreSamples;
        _heldBytes += moreBytes;
        context.Hold(moreSamples, moreBytes);
    }
}
