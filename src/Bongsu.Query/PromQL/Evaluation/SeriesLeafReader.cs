using System.Runtime.CompilerServices;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Events;
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

    protected Column<SampleRun> Runs { get; } = new();

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
        Hold(Columns.TimesMs.Count + Columns.HistogramTimesMs.Count, Columns.TimesMs.Count * 16L + Columns.HistogramTimesMs.Count * BytesPerHistogram);
    }

    /// <summary>Fills the runs; false when only the samples tell.</summary>
    protected bool TryReadRuns(int series, RunPlan plan)
    {
        context.Check();
        Runs.Clear();
        if (!_reader.TryReadRuns(series, plan.CutsMs, plan.Function.Figures, Runs))
            return false;
        Hold(Runs.Count, Runs.Count * (long)Unsafe.SizeOf<SampleRun>());
        return true;
    }

    // A buffer stays as large as the largest series: that is what is held, and most series change nothing.
    private void Hold(long samples, long bytes)
    {
        if (samples <= _held && bytes <= _heldBytes)
            return;
        var (moreSamples, moreBytes) = (Math.Max(0, samples - _held), Math.Max(0, bytes - _heldBytes));
        _held += moreSamples;
        _heldBytes += moreBytes;
        context.Hold(moreSamples, moreBytes);
    }
}
