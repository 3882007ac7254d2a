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
                InstantSelection.Each(selector, plan[selector], grid, Context, consume);
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
        InstantSelection.Each(selector, plan[selector], grid, Context, consume, timestamps: true);

    public static string Text(PromExpr expr) => ((StringExpr)expr.Bare()).Text;

    /// <summary>Applies a function to the windows of each series of a range vector.</summary>
    /// <param name="argument">The range vector.</param>
    /// <param name="grid">Steps to evaluate.</param>
    /// <param name="function">What to compute.</param>
    /// <param name="isPure">The result depends on the window alone: of a window fixed by @ it is computed once.</param>
    /// <param name="keepsName">The metric name stays.</param>
    /// <param name="consume">Takes the results.</param>
    public void EachRange(PromExpr argument, TimeGrid grid, RangeFunction function, bool isPure, bool keepsName, Action<StepSeries> consume)
    {
        EachColumns(argument, grid, (labels, dropName, samples, range) =>
        {
            if (Sweep(labels, samples, range, grid, function, isPure) is not { } series)
                return;
            series.DropName = dropName || !keepsName;
            consume(series);
        });
    }

    /// <summary>Applies a function to the windows of one series; null when it gave nothing. For the parameters see <see cref="EachRange"/>.</summary>
    public StepSeries? Sweep(LabelSet labels, SampleColumns samples, RangeSpec range, TimeGrid grid, RangeFunction function, bool isPure)
    {
        var series = new StepSeries(labels, Context.Rent(grid.Count));
        var isOnce = isPure && range.FixedMs is not null && grid.Count > 1;
        if (!RangeSweep.Run(samples, labels, isOnce ? grid with { Count = 1 } : grid, range, function, Context, series))
        {
            Context.Return(series.Values);
            return null;
        }
        for (var i = 1; isOnce && i < grid.Count; i++)
            VectorScalar.Store(series, i, BinaryOperand.At(series, 0));
        return series;
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
        var spec = new RangeSpec(range.RangeMs, range.Selector.OffsetMs, SelectorPlan.FixedTime(range.Selector.At, Context.Grid));
        var selection = plan[range.Selector];
        using var reader = selection.OpenReader();
        for (var i = 0; i < selection.Count; i++)
        {
            var columns = StoredSamples(reader, i);
            if (!columns.IsEmpty)
                consume(selection.Labels(i), false, columns, spec);
        }
    }

    private SampleColumns StoredSamples(ISeriesReader reader, int series)
    {
        Context.Check();
        _columns.Clear();
        reader.Read(series, _columns);
        var count = _columns.TimesMs.Count + _columns.HistogramTimesMs.Count;
        Context.Hold(count);
        Context.Hold(-count);
        StaleMarkers.Remove(_columns);
        return _columns;
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
