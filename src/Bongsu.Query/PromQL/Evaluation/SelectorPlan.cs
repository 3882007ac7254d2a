using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Finds every selector of an expression with the time it will need, asks the store for all of them, and hands them out by node.</summary>
internal sealed class SelectorPlan : IDisposable
{
    // Why: a subquery step costs a slot in every column; a million of them is three weeks of 2 s steps.
    private const int MaxSubquerySteps = 1_000_000;

    private readonly Dictionary<SelectorExpr, SeriesSelect> _wanted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SelectorExpr, ISeriesSelection> _found = new(ReferenceEqualityComparer.Instance);
    private readonly List<(SeriesSelect Select, ISeriesSelection Selection)> _selections = [];
    private readonly HashSet<SelectorExpr> _stats = new(ReferenceEqualityComparer.Instance);
    private readonly QueryContext _context;

    private SelectorPlan(PromExpr expr, QueryContext context)
    {
        _context = context;
        Visit(expr, new SelectorUse(context.Grid, null, false));
    }

    public ISeriesSelection this[SelectorExpr selector] => _found[selector];

    public static async ValueTask<SelectorPlan> LoadAsync(PromExpr expr, QueryContext context, IMetricStore store, CancellationToken cancellationToken)
    {
        var plan = new SelectorPlan(expr, context);
        try
        {
            foreach (var (selector, select) in plan._wanted)
            {
                var selection = plan.SameAs(select);
                if (selection is null)
                {
                    selection = await store.SelectAsync(select, cancellationToken).ConfigureAwait(false);
                    plan._selections.Add((select, selection));
                    context.CountSeries(selection.Count);
                }
                plan._found[selector] = plan._stats.Contains(selector) ? new ResetHintSelection(selection) : selection;
            }
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>Passes on what the store left out, once all is read: it may find damage only then.</summary>
    public void PassWarnings()
    {
        foreach (var (_, selection) in _selections)
        {
            foreach (var warning in selection.Warnings)
                _context.WarnPlain(warning);
        }
    }

    public void Dispose()
    {
        foreach (var (_, selection) in _selections)
            selection.Dispose();
    }

    /// <summary>The fixed time of an @ modifier, or null.</summary>
    public static long? FixedTime(AtModifier at, TimeGrid queryGrid) => at.Kind switch
    {
        AtKind.Time => at.TimeMs,
        AtKind.Start => queryGrid.StartMs,
        AtKind.End => queryGrid.EndMs,
        _ => null,
    };

    /// <summary>The steps of a subquery: multiples of its step in (first moment - range, last moment].</summary>
    public static TimeGrid SubqueryGrid(SubqueryExpr subquery, TimeGrid outer, QueryContext context)
    {
        var step = subquery.StepMs > 0 ? subquery.StepMs : (long)context.Options.DefaultSubqueryStep.TotalMilliseconds;
        var at = FixedTime(subquery.At, context.Grid);
        var last = (at ?? outer.EndMs) - subquery.OffsetMs;
        var open = (at ?? outer.StartMs) - subquery.OffsetMs - subquery.RangeMs;
        var first = open / step * step;
        if (first <= open)
            first += step;
        if (last < first)
            return new TimeGrid(first, step, 0);
        var count = (last - first) / step + 1;
        if (count > MaxSubquerySteps)
            throw context.Fail(subquery, $"subquery of {count} steps; the limit is {MaxSubquerySteps}: use a larger step or a shorter range");
        return new TimeGrid(first, step, (int)count);
    }

    /// <summary>What was found already for another selector that asks for the same.</summary>
    private ISeriesSelection? SameAs(SeriesSelect select)
    {
        foreach (var (other, selection) in _selections)
        {
            if (other.FromMs == select.FromMs && other.ToMs == select.ToMs && other.Hints == select.Hints && other.Matchers.SequenceEqual(select.Matchers))
                return selection;
        }
        return null;
    }

    private void Visit(PromExpr expr, SelectorUse use)
    {
        switch (expr)
        {
            case SelectorExpr selector:
                Want(selector, use, (long)_context.Options.Lookback.TotalMilliseconds, 0);
                break;
            case RangeExpr range:
                Want(range.Selector, use, range.RangeMs, range.RangeMs);
                break;
            case SubqueryExpr subquery:
                Visit(subquery.Inner, new SelectorUse(SubqueryGrid(subquery, use.Grid, _context), null, null));
                break;
            case CallExpr call:
                foreach (var argument in call.Arguments)
                    Visit(argument, use.In(call));
                break;
            case AggregateExpr aggregate:
                Visit(aggregate.Inner, use with { Function = aggregate.Operator });
                if (aggregate.Parameter is not null)
                    Visit(aggregate.Parameter, use with { Function = null });
                break;
            case BinaryExpr binary:
                Visit(binary.Left, use.In(binary));
                Visit(binary.Right, use.In(binary));
                break;
            case UnaryExpr unary:
                Visit(unary.Inner, use with { Function = null });
                break;
            case ParenExpr paren:
                Visit(paren.Inner, use);
                break;
        }
    }

    private void Want(SelectorExpr selector, SelectorUse use, long back, long rangeMs)
    {
        var at = FixedTime(selector.At, _context.Grid);
        // Why: whether the first histogram follows a reset shows in the one before it, most likely within the lookback.
        if (use.AsksForStats == true)
        {
            _stats.Add(selector);
            back += (long)_context.Options.Lookback.TotalMilliseconds;
        }
        var from = (at ?? use.Grid.StartMs) - selector.OffsetMs - back + 1;
        var to = (at ?? use.Grid.EndMs) - selector.OffsetMs;
        _wanted[selector] = new SeriesSelect(from, to, selector.Matchers, new SelectHints(use.Grid.StepMs, rangeMs, use.Function));
    }
}
