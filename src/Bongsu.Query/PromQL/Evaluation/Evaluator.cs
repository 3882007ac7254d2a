using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Evaluates expressions over a grid, one series at a time where it can: selectors and range functions hand each finished series to their consumer, so
/// that an aggregation over many series holds one column a group and not one a series. Not thread-safe; one per query.
/// </summary>
internal sealed class Evaluator(QueryContext context, SelectorPlan plan)
{
    private readonly SampleColumns _columns = new();

    public QueryContext Context { get; } = context;

    /// <summary>All series of an instant vector. The caller gives the columns back.</summary>
    public List<StepSeries> Vector(PromExpr expr, TimeGrid grid)
    {
        var series = new List<StepSeries>();
        Each(expr, grid, series.Add);
        return series;
    }

    /// <summary>Hands over the series of an instant vector one by one; the consumer owns each and gives its column back.</summary>
    public void Each(PromExpr expr, TimeGrid grid, Action<StepSeries> consume)
    {
        Context.Check();
        switch (expr)
        {
            case ParenExpr paren:
                Each(paren.Inner, grid, consume);
                break;
            case SelectorExpr selector:
                new InstantLeaf(Context, plan[selector], grid, selector, timestamps: false).Each(consume);
                break;
            case CallExpr call:
                FunctionTable.Each(this, call, grid, consume);
                break;
            case UnaryExpr unary:
                Each(unary.Inner, grid, series => consume(unary.Negative ? VectorMath.Negate(series, grid) : series));
                break;
            case AggregateExpr aggregate:
                Aggregation.Evaluate(this, aggregate, grid).ForEach(consume);
                break;
            case BinaryExpr binary:
                Binary(binary, grid, consume);
                break;
            default:
                throw Context.Fail(expr, $"BUG: {expr.Type.Documented()} evaluated as an instant vector");
        }
    }

    /// <summary>A scalar at each step. The caller gives the column back.</summary>
    public double[] Scalar(PromExpr expr, TimeGrid grid)
    {
        switch (expr)
        {
            case ParenExpr paren:
                return Scalar(paren.Inner, grid);
            case NumberExpr number:
                return Constant(number.Value, grid);
            case UnaryExpr unary:
                var inner = Scalar(unary.Inner, grid);
                for (var i = 0; unary.Negative && i < grid.Count; i++)
                    inner[i] = -inner[i];
                return inner;
            case BinaryExpr binary:
                var left = Scalar(binary.Left, grid);
                var right = Scalar(binary.Right, grid);
                for (var i = 0; i < grid.Count; i++)
                    left[i] = BinaryMath.Scalars(binary.Operator, left[i], right[i]);
                Context.Return(right);
                return left;
            case CallExpr call:
                return FunctionTable.Scalar(this, call, grid);
            default:
                throw Context.Fail(expr, $"BUG: {expr.Type.Documented()} evaluated as a scalar");
        }
    }

    public double[] Constant(double value, TimeGrid grid)
    {
        var column = Context.Rent(grid.Count);
        Array.Fill(column, value);
        return column;
    }

    /// <summary>The series of a selector.</summary>
    public ISeriesSelection Selection(SelectorExpr selector) => plan[selector];

    /// <summary>As a plain selector, but the values are the times of the samples in seconds.</summary>
    public void EachTimestamp(SelectorExpr selector, TimeGrid grid, Action<StepSeries> consume) =>
        new InstantLeaf(Context, plan[selector], grid, selector, timestamps: true).Each(consume);

    public static string Text(PromExpr expr) => ((StringExpr)expr.Bare()).Text;

    /// <summary>
    /// The expression as a leaf, when it is one. The caller gives the columns of its scalar arguments back.
    /// </summary>
    public SeriesLeaf? Leaf(PromExpr expr, TimeGrid grid, out IReadOnlyList<double[]> scalars)
    {
        scalars = [];
        switch (Context.Options.UseKernels ? expr.Bare() : null)
        {
            case SelectorExpr selector:
                return new InstantLeaf(Context, plan[selector], grid, selector, timestamps: false);
            case CallExpr call when RangeFunctions.IsOfSelector(call, out var range):
                var operation = RangeFunctions.Open(this, call, grid);
                scalars = operation.Scalars;
                return new RangeLeaf(Context, plan[range.Selector], grid, RangeLeaf.Spec(range, Context), operation);
            default:
                return null;
        }
    }

    /// <summary>Applies a function to the windows of each series of a range vector.</summary>
    public void EachRange(PromExpr argument, TimeGrid grid, RangeOperation operation, Action<StepSeries> consume)
    {
        if (argument.Bare() is RangeExpr range)
        {
            new RangeLeaf(Context, plan[range.Selector], grid, RangeLeaf.Spec(range, Context), operation).Each(consume);
            return;
        }
        RangeComputation? computation = null;
        EachColumns(argument, grid, (labels, dropName, samples, range) =>
        {
            computation ??= new RangeComputation(Context, operation, grid, range);
            var series = new StepSeries(labels, Context.Rent(grid.Count)) { DropName = dropName || !operation.KeepsName };
            if (computation.Compute(samples, labels, series))
                consume(series);
            else
                Context.Return(series.Values);
        });
        Context.CountSeen(computation?.Seen ?? 0);
    }

    /// <summary>Hands over the samples of each series of a range vector, markers removed; the buffer is used again for the next.</summary>
    public void EachColumns(PromExpr argument, TimeGrid grid, Action<LabelSet, bool, SampleColumns, RangeSpec> consume)
    {
        switch (argument.Bare())
        {
            case RangeExpr range:
                EachStored(range, consume);
                break;
            case SubqueryExpr subquery:
                EachSubquery(subquery, grid, consume);
                break;
            default:
                throw Context.Fail(argument, "BUG: not a range vector");
        }
    }

    private void EachStored(RangeExpr range, Action<LabelSet, bool, SampleColumns, RangeSpec> consume)
    {
        var spec = RangeLeaf.Spec(range, Context);
        var selection = plan[range.Selector];
        using var reader = selection.OpenReader();
        for (var i = 0; i < selection.Count; i++)
        {
            Context.Check();
            _columns.Clear();
            reader.Read(i, _columns);
            StaleMarkers.Remove(_columns);
            if (!_columns.IsEmpty)
                consume(selection.Labels(i), false, _columns, spec);
        }
    }

    private void EachSubquery(SubqueryExpr subquery, TimeGrid grid, Action<LabelSet, bool, SampleColumns, RangeSpec> consume)
    {
        var inner = SelectorPlan.SubqueryGrid(subquery, grid, Context);
        var spec = new RangeSpec(subquery.RangeMs, subquery.OffsetMs, SelectorPlan.FixedTime(subquery.At, Context.Grid));
        if (inner.Count == 0)
            return;
        var all = Vector(subquery.Inner, inner);
        ResultBuilder.Merge(all, inner, Context);
        var columns = new SampleColumns();
        foreach (var series in all)
        {
            ToColumns(series, inner, columns);
            Context.Return(series.Values);
            if (!columns.IsEmpty)
                consume(series.Labels, series.DropName, columns, spec);
        }
    }

    private static void ToColumns(StepSeries series, TimeGrid grid, SampleColumns columns)
    {
        columns.Clear();
        NativeHistogram? previous = null;
        for (var i = 0; i < grid.Count; i++)
        {
            if (series.HasFloat(i))
                columns.Add(grid.At(i), series.Values[i]);
            else if (series.Histogram(i) is { } histogram)
            {
                columns.Add(grid.At(i), WithOwnHint(histogram, previous));
                previous = histogram;
            }
        }
    }

    // Why: a hint speaks of the stored sample before. Steps may see one sample twice (no reset between) or skip some (nothing is known).
    private static NativeHistogram WithOwnHint(NativeHistogram histogram, NativeHistogram? previous)
    {
        if (histogram.ResetHint == CounterResetHint.Gauge)
            return histogram;
        if (ReferenceEquals(histogram, previous))
            return histogram with { ResetHint = CounterResetHint.NotReset };
        return histogram.ResetHint == CounterResetHint.NotReset ? histogram with { ResetHint = CounterResetHint.Unknown } : histogram;
    }

    private void Binary(BinaryExpr binary, TimeGrid grid, Action<StepSeries> consume)
    {
        if (binary.Left.Type == PromType.Scalar || binary.Right.Type == PromType.Scalar)
        {
            var scalarLeft = binary.Left.Type == PromType.Scalar;
            var scalar = Scalar(scalarLeft ? binary.Left : binary.Right, grid);
            Each(scalarLeft ? binary.Right : binary.Left, grid, series => consume(VectorScalar.Apply(binary, series, scalar, scalarLeft, grid, Context)));
            Context.Return(scalar);
            return;
        }
        var left = Vector(binary.Left, grid);
        var right = Vector(binary.Right, grid);
        var result = binary.Operator.IsSet()
            ? SetOperators.Apply(binary, left, right, grid, Context)
            : VectorVector.Apply(binary, left, right, grid, Context);
        result.ForEach(consume);
    }
}
