using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Puts into an expression what is only known when it runs, so that planning and evaluation see plain numbers and selectors: durations computed from step
/// and range; the windows of anchored and smoothed selectors, widened by the lookback; the info series that info() asks for.
/// </summary>
internal sealed class QueryResolver(QueryContext context) : PromExprRewriter
{
    /// <summary>A smoothed instant selector, as a function of the samples around each step.</summary>
    public static readonly PromFunction Smoothed = new("smoothed", PromType.InstantVector, [new PromParameter("v", PromType.RangeVector)], 0, true,
        "Values at the moment of evaluation on a line between the samples around it.");

    public override PromExpr Rewrite(PromExpr expr) => base.Rewrite(expr) switch
    {
        SelectorExpr { Edges: RangeEdges.Smoothed } selector => Around(selector),
        var other => other,
    };

    protected override SelectorExpr Selector(SelectorExpr selector) => selector.OffsetDuration is { } duration
        ? selector with { OffsetMs = DurationArithmetic.Ms(duration, context, mayBeNegative: true), OffsetDuration = null }
        : selector;

    protected override RangeExpr Range(RangeExpr range)
    {
        var resolved = base.Range(range);
        if (range.RangeDuration is { } duration)
            resolved = resolved with { RangeMs = DurationArithmetic.Ms(duration, context, mayBeNegative: false), RangeDuration = null };
        var edges = EdgeWidths.Of(resolved.Selector.Edges, context.Options);
        return edges == default ? resolved : resolved with
        {
            RangeMs = resolved.RangeMs + edges.BackMs + edges.ForwardMs,
            Selector = resolved.Selector with { OffsetMs = resolved.Selector.OffsetMs - edges.ForwardMs },
        };
    }

    protected override SubqueryExpr Subquery(SubqueryExpr subquery)
    {
        var resolved = base.Subquery(subquery);
        if (subquery.OffsetDuration is { } offset)
            resolved = resolved with { OffsetMs = DurationArithmetic.Ms(offset, context, mayBeNegative: true), OffsetDuration = null };
        if (subquery.StepDuration is { } step)
            resolved = resolved with { StepMs = DurationArithmetic.Ms(step, context, mayBeNegative: false), StepDuration = null };
        return subquery.RangeDuration is { } range
            ? resolved with { RangeMs = DurationArithmetic.Ms(range, context, mayBeNegative: false), RangeDuration = null }
            : resolved;
    }

    protected override CallExpr Call(CallExpr call)
    {
        if (call.Function.Name is "timestamp" or "start_timestamp" && call.Arguments[0].Bare() is SelectorExpr plain)
            return call with { Arguments = [Selector(plain)] };
        if (call.Function.Name != "info")
            return base.Call(call);
        var vector = Rewrite(call.Arguments[0]);
        var labels = call.Arguments.Count > 1 ? (SelectorExpr)call.Arguments[1] : new SelectorExpr(call.Span, null, []);
        return call with { Arguments = [vector, InfoSelector(vector, labels)] };
    }

    private CallExpr Around(SelectorExpr selector)
    {
        var edges = EdgeWidths.Of(selector.Edges, context.Options);
        var range = new RangeExpr(selector.Span, selector with { OffsetMs = selector.OffsetMs - edges.ForwardMs }, edges.BackMs + edges.ForwardMs);
        return new CallExpr(selector.Span, Smoothed, [range]);
    }

    // The info series are those of the time that the first selector looks at.
    private SelectorExpr InfoSelector(PromExpr vector, SelectorExpr labels)
    {
        var names = labels.Matchers.Where(m => m.Name == LabelNames.MetricName).ToList();
        var matchers = labels.Matchers.ToList();
        if (names.Count == 0)
            matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, "target_info"));
        else if (names.TrueForAll(m => m.Type is MatchType.NotEqual or MatchType.NotRegex))
            matchers.Insert(0, new LabelMatcher(MatchType.Regex, LabelNames.MetricName, ".+_info"));
        var (at, offsetMs) = FirstTime(vector) ?? default;
        return labels with { Matchers = matchers, At = at, OffsetMs = offsetMs };
    }

    // The @ and the offset of the first selector; those of the subqueries around it count up to the first @.
    private (AtModifier At, long OffsetMs)? FirstTime(PromExpr expr)
    {
        switch (expr)
        {
            case SelectorExpr selector:
                return (selector.At, selector.OffsetMs);
            case RangeExpr range:
                return (range.Selector.At, range.Selector.OffsetMs + EdgeWidths.Of(range.Selector.Edges, context.Options).ForwardMs);
            case SubqueryExpr subquery:
                var inner = FirstTime(subquery.Inner);
                return inner is { } time && time.At.Kind == AtKind.None ? (subquery.At, time.OffsetMs + subquery.OffsetMs) : inner;
            case ParenExpr paren:
                return FirstTime(paren.Inner);
            case UnaryExpr unary:
                return FirstTime(unary.Inner);
            case BinaryExpr binary:
                return FirstTime(binary.Left) ?? FirstTime(binary.Right);
            case AggregateExpr aggregate:
                return FirstTime(aggregate.Inner) ?? (aggregate.Parameter is null ? null : FirstTime(aggregate.Parameter));
            case CallExpr call:
                return call.Arguments.Select(FirstTime).FirstOrDefault(t => t is not null);
            default:
                return null;
        }
    }
}
