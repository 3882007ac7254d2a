using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// Finds the selectors of which only count and sum of the histograms are asked for. Prometheus reads those without buckets and finds resets as it reads;
/// what it then says of conflicting resets is part of its answers.
/// </summary>
internal static class HistogramStatsSelectors
{
    public static HashSet<SelectorExpr> In(PromExpr expr)
    {
        var found = new HashSet<SelectorExpr>(ReferenceEqualityComparer.Instance);
        Visit(expr, false, found);
        return found;
    }

    private static void Visit(PromExpr? expr, bool asksForStats, HashSet<SelectorExpr> found)
    {
        switch (expr)
        {
            case SelectorExpr selector when asksForStats:
                found.Add(selector);
                break;
            case RangeExpr range:
                Visit(range.Selector, asksForStats, found);
                break;
            case CallExpr { Function.Name: "histogram_quantile" or "histogram_quantiles" or "histogram_fraction" }:
            case BinaryExpr { Operator: BinaryOperator.TrimLower or BinaryOperator.TrimUpper }:
                break;
            case CallExpr call:
                foreach (var argument in call.Arguments)
                    Visit(argument, asksForStats || call.Function.Name is "histogram_count" or "histogram_sum" or "histogram_avg", found);
                break;
            case BinaryExpr binary:
                Visit(binary.Left, asksForStats, found);
                Visit(binary.Right, asksForStats, found);
                break;
            case AggregateExpr aggregate:
                Visit(aggregate.Inner, asksForStats, found);
                break;
            case UnaryExpr unary:
                Visit(unary.Inner, asksForStats, found);
                break;
            case ParenExpr paren:
                Visit(paren.Inner, asksForStats, found);
                break;
        }
    }
}
