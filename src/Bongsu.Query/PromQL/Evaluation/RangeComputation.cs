using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Applies a range function to the samples of one series after the other: by its kernel where that knows enough, plainly else. Not thread-safe.</summary>
internal sealed class RangeComputation
{
    private readonly QueryContext _context;
    private readonly RangeOperation _operation;
    private readonly RangeSpec _range;
    private readonly TimeGrid _grid;
    private readonly int _steps;
    private readonly WindowGrid _windows;
    private readonly RangeKernel? _kernel;
    private readonly RangeFunction _function;

    public RangeComputation(QueryContext context, RangeOperation operation, TimeGrid grid, RangeSpec range)
    {
        _context = context;
        _operation = operation;
        _range = range;
        _steps = grid.Count;
        _grid = operation.IsPure && range.FixedMs is not null && grid.Count > 1 ? grid with { Count = 1 } : grid;
        _windows = new WindowGrid((range.FixedMs ?? grid.StartMs) - range.OffsetMs, grid.StepMs, _grid.Count, range.RangeMs);
        // Why: kernels know windows that follow each other alone.
        _kernel = context.Options.UseKernels && (range.FixedMs is null || _grid.Count == 1) ? operation.OpenKernel() : null;
        _function = operation.OpenFunction();
    }

    /// <summary>Samples in all windows so far.</summary>
    public long Seen { get; private set; }

    /// <summary>Fills every step of a column; false when there is no value in any. Takes staleness markers out of the samples.</summary>
    public bool Compute(SampleColumns samples, SeriesLabels labels, StepSeries into)
    {
        // Why: kernels know floats alone.
        var isKernels = _kernel is not null && samples.HistogramTimesMs.Count == 0
            && (!_operation.UsesStartTimes || samples.StartTimesMs.Count == 0);
        if (!(isKernels ? RunKernel(samples, labels, into) : RunPlain(samples, labels, into)))
            return false;
        for (var i = _grid.Count; i < _steps; i++)
            VectorScalar.Store(into, i, BinaryOperand.At(into, 0));
        return true;
    }

    private bool RunKernel(SampleColumns samples, SeriesLabels labels, StepSeries into)
    {
        var isMonotonic = samples.Values.Count > 1 && SampleScan.IsMonotonic(samples.Values.Span);
        if (!isMonotonic && SampleScan.HasStale(samples.Values.Span))
        {
            StaleMarkers.Remove(samples);
            isMonotonic = SampleScan.IsMonotonic(samples.Values.Span);
        }
        if (samples.IsEmpty)
            return false;
        var seen = _kernel!.Run(samples.TimesMs.Span, samples.Values.Span, isMonotonic, _windows, into.Values);
        if (seen == 0)
            return false;
        Seen += seen;
        if (!SampleScan.HasAny(into.Values.AsSpan(0, _grid.Count)))
            return false;
        _operation.SawFloats?.Invoke(labels.Get());
        return true;
    }

    private bool RunPlain(SampleColumns samples, SeriesLabels labels, StepSeries into)
    {
        StaleMarkers.Remove(samples);
        if (samples.IsEmpty)
            return false;
        into.Values.AsSpan().Fill(StepSeries.Absent);
        var any = RangeSweep.Run(samples, labels.Get(), _grid, _range, _function, _context, into, out var seen);
        Seen += seen;
        return any;
    }
}
