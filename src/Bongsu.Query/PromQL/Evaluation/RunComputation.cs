using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Applies a range function to the runs of one series after the other. Not thread-safe.</summary>
internal sealed class RunComputation(RunPlan plan, RangeOperation operation, int steps)
{
    private readonly RunQueue _queue = new();

    /// <summary>Samples in all windows so far: those that the runs stand for, so that a query counts the same whichever way it takes.</summary>
    public long Seen { get; private set; }

    /// <summary>Fills every step of a column; false when the samples must be asked.</summary>
    /// <param name="runs">Of one series.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="into">One entry a step.</param>
    /// <param name="any">Whether any step has a value.</param>
    public bool TryCompute(ReadOnlySpan<SampleRun> runs, SeriesLabels labels, StepSeries into, out bool any)
    {
        any = false;
        long seen = 0;
        var values = into.Values;
        _queue.Clear();
        for (var step = 0; step < plan.Windows.Count; step++)
        {
            var window = new RunWindow(plan.Windows.BeginMs(step), plan.Windows.EndMs(step), plan.RawFromMs);
            values[step] = StepSeries.Absent;
            if (!_queue.TryFold(runs, window.BeginMs, window.EndMs, out var fold))
                continue;
            if (!plan.IsOnlyWay && fold.MayLose(plan.Function.Figures))
                return false;
            seen += fold.Run.Count;
            values[step] = plan.Function.Of(fold, window);
            any |= into.HasFloat(step);
        }
        Seen += seen;
        for (var step = plan.Windows.Count; step < steps; step++)
            values[step] = values[0];
        if (any)
            operation.SawFloats?.Invoke(labels.Get());
        return true;
    }
}
