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

    /// <summary>The plan of a pipeline.</summary>
    /// <param name="pipeline">What is searched for.</param>
    /// <param name="read">What is read of the spans that it picks, beside what it reads itself.</param>
    public SearchPlan(SpansetPipeline pipeline, FieldsRead read)
    {
        Columns = read.Add(pipeline).Columns;
        IsSpanwise = pipeline.Stages is [SpansetStage { Spanset: SpansetFilter filter }, ..] && pipeline.Stages.Skip(1).All(s => s is SelectStage)
            && (filter.Condition is null || !TraceQlTypes.NeedsTrace(filter.Condition));
        _leaves = pipeline.Stages[0] is SpansetStage first ? Collect(first.Spanset) : Leaf(null);
    }

    /// <summary>What is read of whole traces, and of spans where single ones are enough.</summary>
    public SpanColumns Columns { get; }

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

    /// <summary>What to ask the store for: spans that may bring up traces, or, with all that is read of them, those that are wanted themselves.</summary>
    public SpanSelect Select(long fromNanos, long toNanos, bool isWhole)
    {
        var select = _leaves.Count == _all.Count
            ? new SpanSelect(fromNanos, toNanos)
            : new SpanSelect(Math.Max(long.MinValue + MarginNanos, fromNanos) - MarginNanos, Math.Min(long.MaxValue - MarginNanos, toNanos) + MarginNanos);
        return Narrow(select) with { Columns = isWhole ? Columns : LeafColumns() };
    }

    private SpanColumns LeafColumns()
    {
        var read = new FieldsRead();
        foreach (var leaf in _leaves)
            read.Add(leaf);
        return read.Columns;
    }

    // One filter alone says something of every wanted span; of several each says something of some.
    private SpanSelect Narrow(SpanSelect select)
    {
        if (_leaves is [{ } only])
            return Narrow(select, only);
        var alternatives = new List<SpanSelect>();
        foreach (var leaf in _leaves)
        {
            var alternative = leaf is null ? select : Narrow(select, leaf);
            if (ReferenceEquals(alternative, select))
                return select;
            alternatives.Add(alternative);
        }
        return select with { AnyOf = alternatives };
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
        if (binary.Operation == "||")
            return NarrowToEither(select, left, right);
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

    // The store takes one list of alternatives; where there is one already, the other conditions are left to the query.
    private static SpanSelect NarrowToEither(SpanSelect select, FieldExpr left, FieldExpr right)
    {
        var any = new SpanSelect(select.FromNanos, select.ToNanos);
        var (first, second) = (Narrow(any, left), Narrow(any, right));
        return select.AnyOf is not null || ReferenceEquals(first, any) || ReferenceEquals(second, any) ? select : select with { AnyOf = [first, second] };
    }
}
