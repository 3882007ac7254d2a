using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>A range function of a selector.</summary>
internal sealed class RangeLeaf(QueryContext context, ISeriesSelection selection, TimeGrid grid, RangeSpec range, RangeOperation operation)
    : SeriesLeaf(context, selection, grid)
{
    public override bool DropsName => !operation.KeepsName;

    protected override long SampledMs => range.RangeMs + (range.FixedMs is null ? Grid.EndMs - Grid.StartMs : 0);

    /// <summary>Which samples the steps of a range selector see.</summary>
    public static RangeSpec Spec(RangeExpr expr, QueryContext context) =>
        new(expr.RangeMs, expr.Selector.OffsetMs, SelectorPlan.FixedTime(expr.Selector.At, context.Grid));

    public override SeriesLeafReader OpenReader() =>
        new Reader(Context, Selection, new RangeComputation(Context, operation, Grid, range));

    private sealed class Reader(QueryContext context, ISeriesSelection selection, RangeComputation computation) : SeriesLeafReader(context, selection)
    {
        public override long Seen => computation.Seen;

        public override bool Compute(int series, StepSeries into)
        {
            Read(series);
            return !Columns.IsEmpty && computation.Compute(Columns, new SeriesLabels(null, Selection, series), into);
        }
    }
}
