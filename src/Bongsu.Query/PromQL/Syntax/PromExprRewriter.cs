namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Rewrites expressions from the leaves up; what does not change stays the same object.</summary>
internal abstract class PromExprRewriter
{
    public virtual PromExpr Rewrite(PromExpr expr) => expr switch
    {
        SelectorExpr selector => Selector(selector),
        RangeExpr range => Range(range),
        SubqueryExpr subquery => Subquery(subquery),
        ParenExpr paren => Rewrite(paren.Inner) is var inner && ReferenceEquals(inner, paren.Inner) ? paren : paren with { Inner = inner },
        UnaryExpr unary => Rewrite(unary.Inner) is var inner && ReferenceEquals(inner, unary.Inner) ? unary : unary with { Inner = inner },
        BinaryExpr binary => Binary(binary),
        AggregateExpr aggregate => Aggregate(aggregate),
        CallExpr call => Call(call),
        _ => expr,
    };

    protected virtual SelectorExpr Selector(SelectorExpr selector) => selector;

    protected virtual RangeExpr Range(RangeExpr range) =>
        Selector(range.Selector) is var selector && ReferenceEquals(selector, range.Selector) ? range : range with { Selector = selector };

    protected virtual SubqueryExpr Subquery(SubqueryExpr subquery) =>
        Rewrite(subquery.Inner) is var inner && ReferenceEquals(inner, subquery.Inner) ? subquery : subquery with { Inner = inner };

    protected virtual CallExpr Call(CallExpr call)
    {
        PromExpr[]? changed = null;
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var argument = Rewrite(call.Arguments[i]);
            if (!ReferenceEquals(argument, call.Arguments[i]))
                (changed ??= [.. call.Arguments])[i] = argument;
        }
        return changed is null ? call : call with { Arguments = changed };
    }

    private BinaryExpr Binary(BinaryExpr binary)
    {
        var left = Rewrite(binary.Left);
        var right = Rewrite(binary.Right);
        return ReferenceEquals(left, binary.Left) && ReferenceEquals(right, binary.Right) ? binary : binary with { Left = left, Right = right };
    }

    private AggregateExpr Aggregate(AggregateExpr aggregate)
    {
        var inner = Rewrite(aggregate.Inner);
        var parameter = aggregate.Parameter is null ? null : Rewrite(aggregate.Parameter);
        return ReferenceEquals(inner, aggregate.Inner) && ReferenceEquals(parameter, aggregate.Parameter)
            ? aggregate
            : aggregate with { Inner = inner, Parameter = parameter };
    }
}
