using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A range function of a selector.</summary>
internal sealed class RangeLeaf(QueryContext context, ISeriesSelection selection, TimeGrid grid, RangeSpec range, RangeOperation operation)
    : SeriesLeaf(context, selection, grid)
{
    private readonly RunPlan? _runs = RunPlan.Find(operation, selection, range, grid, context.Options);

    public override bool DropsName => !operation.KeepsName;

    protected override long SampledMs => _runs?.SampledMs ?? range.RangeMs + (range.FixedMs is null ? Grid.EndMs - Grid.StartMs : 0);

    /// <summary>Which samples the steps of a range selector see.</summary>
    public static RangeSpec Spec(RangeExpr expr, QueryContext context) =>
        new(expr.RangeMs, expr.Selector.OffsetMs, SelectorPlan.FixedTime(expr.Selector.At, context.Grid));

    public override SeriesLeafReader OpenReader()
    {
        var samples = new RangeComputation(Context, operation, Grid, range);
        return _runs is null
            ? new SampleReader(Context, Selection, samples)
            : new RunReader(Context, Selection, samples, _runs, new RunComputation(_runs, operation, Grid.Count));
    }

    private class SampleReader(QueryContext context, ISeriesSelection selection, RangeComputation samples) : SeriesLeafReader(context, selection)
    {
        public override long Seen => samples.Seen;

        public override bool Compute(int series, StepSeries into)
        {
            Read(series);
            return !Columns.IsEmpty && samples.Compute(Columns, new SeriesLabels(null, Selection, series), into);
        }
    }

    /// <summary>By runs; of a series whose runs do not say enough, by samples.</summary>
    private sealed class RunReader(QueryContext context, ISeriesSelection selection, RangeComputation samples, RunPlan plan, RunComputation runs)
        : SampleReader(context, selection, samples)
    {
        public override long Seen => base.Seen + runs.Seen;

        public override bool Compute(int series, StepSeries into) =>
            TryReadRuns(series, plan) && runs.TryCompute(Runs.Span, new SeriesLabels(null, Selection, series), into, out var any)
                ? any
                : base.Compute(series, into);
    }
}
