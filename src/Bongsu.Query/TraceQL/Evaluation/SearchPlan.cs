using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>
/// What can be known of matching traces from single spans: hints for the store, and conditions of which one must hold for some span. A trace is
/// fetched whole only when one of its spans passes. Immutable.
/// </summary>
internal sealed class SearchPlan
{
    /// <summary>How far a span may lie outside of the range and still bring up a trace of which another span lies within.</summary>
    private const long MarginNanos = 300_000_000_000;

    private readonly List<FieldExpr?> _all = [];
    private readonly List<FieldExpr?> _leaves;

    public SearchPlan(SpansetPipeline pipeline)
    {
        IsSpanwise = pipeline.Stages is [SpansetStage { Spanset: SpansetFilter filter }, ..] && pipeline.Stages.Skip(1).All(s => s is SelectStage)
            && (filter.Condition is null || !TraceQlTypes.NeedsTrace(filter.Condition));
        _leaves = pipeline.Stages[0] is SpansetStage first ? Collect(first.Spanset) : Leaf(null);
    }

    /// <summary>Whether matching spans are known one by one: those that <see cref="MayMatch"/>, without the rest of their traces.</summary>
    public bool IsSpanwise { get; }

    /// <summary>Whether a trace with a span may match; the view may hold spans of any traces.</summary>
    public bool MayMatch(TraceView spans, int span) => AnyPasses(_leaves, spans, span);

    /// <summary>
    /// Whether a trace has a span in the range that a selector of the query picks. Where one side of an operator alone brings up the traces, that side's
    /// span may lie a little outside.
    /// </summary>
    public bool IsWithin(TraceView trace, long fromNanos, long toNanos)
    {
        if (_leaves.Count == _all.Count)
            return true;
        for (var i = 0; i < trace.Count; i++)
        {
            var start = trace.Span(i).StartUnixNano;
            if (start >= fromNanos && start < toNanos && AnyPasses(_all, trace, i))
                return true;
        }
        return false;
    }

    public SpanSelect Select(long fromNanos, long toNanos)
    {
        var select = _leaves.Count == _all.Count
            ? new SpanSelect(fromNanos, toNanos)
            : new SpanSelect(Math.Max(long.MinValue + MarginNanos, fromNanos) - MarginNanos, Math.Min(long.MaxValue - MarginNanos, toNanos) + MarginNanos);
        // Only one filter alone says something of every wanted span.
        return _leaves is [{ } only] ? Narrow(select, only) : select;
    }

    private static bool AnyPasses(List<FieldExpr?> leaves, TraceView spans, int span)
    {
        foreach (var leaf in leaves)
        {
            if (leaf is null || SpanEvaluation.Passes(leaf, spans, span))
                return true;
        }
        return false;
    }

    // Every operator but || asks for a span on both sides, so that the rarer side alone brings up all traces.
    private List<FieldExpr?> Collect(SpansetExpr expr)
    {
        switch (expr)
        {
            case SpansetFilter filter:
                return Leaf(filter.Condition is { } condition && !TraceQlTypes.NeedsTrace(condition) ? condition : null);
            case SpansetBinary binary:
                var left = Collect(binary.Left);
                var right = Collect(binary.Right);
                return binary.Operation == "||" ? [.. left, .. right] : Rarity(left) > Rarity(right) ? left : right;
            case SpansetPipeline { Stages: [SpansetStage first, ..] }:
                return Collect(first.Spanset);
            default:
                return Leaf(null);
        }
    }

    private List<FieldExpr?> Leaf(FieldExpr? condition)
    {
        _all.Add(condition);
        return [condition];
    }

    // Of several conditions the least rare counts; what a store can narrow by counts more.
    private static int Rarity(List<FieldExpr?> leaves) => leaves.Min(leaf =>
    {
        if (leaf is null)
            return 0;
        var hints = Narrow(new SpanSelect(0, 0), leaf);
        return 1 + (hints.ServiceName is null ? 0 : 1) + (hints.Name is null ? 0 : 2) + (hints.Attributes?.Count ?? 0) + (hints.MinDurationNanos > 0 ? 2 : 0) + (hints.Status == SpanStatus.Error ? 3 : 0);
    });

    private static SpanSelect Narrow(SpanSelect select, FieldExpr condition)
    {
        if (condition is not BinaryField { Right: var right, Left: var left } binary)
            return select;
        if (binary.Operation == "&&")
            return Narrow(Narrow(select, left), right);
        if (right is not LiteralField { Value: var value })
            return select;
        return (left, binary.Operation, value.Type) switch
        {
            (AttributeField { Scope: AttributeScope.Resource, Name: "service.name" }, "=", TraceValueKind.String) => select with { ServiceName = value.Text },
            (AttributeField { Scope: AttributeScope.Any or AttributeScope.Span or AttributeScope.Resource } attribute, "=", TraceValueKind.String) => select with
            {
                Attributes = [.. select.Attributes ?? [], new KeyValuePair<string, string>(attribute.Name, value.Text!)],
            },
            (IntrinsicField { Intrinsic: Intrinsic.Name }, "=", TraceValueKind.String) => select with { Name = value.Text },
            (IntrinsicField { Intrinsic: Intrinsic.Status }, "=", TraceValueKind.Status) => select with { Status = (SpanStatus)value.Whole },
            (IntrinsicField { Intrinsic: Intrinsic.Duration }, ">" or ">=" or "=", TraceValueKind.Duration) =>
                select with { MinDurationNanos = Math.Max(select.MinDurationNanos, value.Whole) },
            _ => select,
        };
    }
}
