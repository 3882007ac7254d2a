namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Finds the series selectors of an expression.</summary>
public static class PromQlSelectors
{
    public static List<SelectorExpr> In(PromExpr expr)
    {
        var found = new List<SelectorExpr>();
        Collect(expr, found);
        return found;
    }

    private static void Collect(PromExpr? expr, List<SelectorExpr> found)
    {
        switch (expr)
        {
            case SelectorExpr selector:
                found.Add(selector);
                break;
            case RangeExpr range:
                found.Add(range.Selector);
                break;
            case SubqueryExpr subquery:
                Collect(subquery.Inner, found);
                break;
            case ParenExpr paren:
                Collect(paren.Inner, found);
                break;
            case UnaryExpr unary:
                Collect(unary.Inner, found);
                break;
            case AggregateExpr aggregate:
                Collect(aggregate.Parameter, found);
                Collect(aggregate.Inner, found);
                break;
            case BinaryExpr binary:
                Collect(binary.Left, found);
                Collect(binary.Right, found);
                break;
            case CallExpr call:
                foreach (var argument in call.Arguments)
                    Collect(argument, found);
                break;
        }
    }
}
