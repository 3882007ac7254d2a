using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>
/// What can be known of matching traces from single spans: hints for the store, and conditions of which one must hold for some span. A trace is
/// fetched whole only when one of its spans passes.
/// </summary>
internal sealed class SearchPlan
{
    private readonly List<FieldExpr?> _leaves = [];

    public SearchPlan(SpansetPipeline pipeline)
    {
        IsSpanwise = pipeline.Stages is [SpansetStage { Spanset: SpansetFilter filter }, ..] && pipeline.Stages.Skip(1).All(s => s is SelectStage)
            && (filter.Condition is null || !TraceQlTypes.NeedsTrace(filter.Condition));
        if (pipeline.Stages[0] is SpansetStage first)
            Collect(first.Spanset);
        else
            _leaves.Add(null);
    }

    /// <summary>Whether matching spans are known one by one: those that <see cref="MayMatch"/>, without the rest of their traces.</summary>
    public bool IsSpanwise { get; }

    /// <summary>Whether a trace with a span may match; the view may hold spans of any traces.</summary>
    public bool MayMatch(TraceView spans, int span)
    {
        foreach (var leaf in _leaves)
        {
            if (leaf is null || SpanEvaluation.Passes(leaf, spans, span))
                return true;
        }
        return false;
    }

    public SpanSelect Select(long fromNanos, long toNanos)
    {
        var select = new SpanSelect(fromNanos, toNanos);
        // Only one filter alone says something of every wanted span.
        return _leaves is [{ } only] ? Narrow(select, only) : select;
    }

    private void Collect(SpansetExpr expr)
    {
        switch (expr)
        {
            case SpansetFilter filter:
                _leaves.Add(filter.Condition is { } condition && !TraceQlTypes.NeedsTrace(condition) ? condition : null);
                break;
            case SpansetBinary binary:
                Collect(binary.Left);
                Collect(binary.Right);
                break;
            case SpansetPipeline { Stages: [SpansetStage first, ..] }:
                Collect(first.Spanset);
                break;
            default:
                _leaves.Add(null);
                break;
        }
    }

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
