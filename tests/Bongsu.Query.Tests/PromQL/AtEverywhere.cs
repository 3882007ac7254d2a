using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>Fixes every selector and subquery that has no @ of its own at one time: the expression then gives the same whenever it is evaluated.</summary>
internal sealed class AtEverywhere(long timeMs) : PromExprRewriter
{
    // Their result depends on the moment of evaluation whatever their arguments are.
    private static readonly HashSet<string> OfTheMoment = new(StringComparer.Ordinal)
    {
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year", "predict_linear", "time", "timestamp", "info",
        "start", "end", "step", "range",
    };

    private bool _dependsOnMoment;

    /// <summary>The expression with @ everywhere; null when that would not fix its result.</summary>
    public static string? In(string query, long timeMs)
    {
        if (PromQlParser.Parse(query, experimental: true).Expr is not { } expr)
            return null;
        var rewriter = new AtEverywhere(timeMs);
        var fixedExpr = rewriter.Rewrite(expr);
        return rewriter._dependsOnMoment || ReferenceEquals(fixedExpr, expr) ? null : fixedExpr.ToString();
    }

    protected override SelectorExpr Selector(SelectorExpr selector) =>
        selector.At.Kind == AtKind.None ? selector with { At = new AtModifier(AtKind.Time, timeMs) } : selector;

    // What is inside a subquery is evaluated at the subquery's steps, and must be.
    protected override SubqueryExpr Subquery(SubqueryExpr subquery) =>
        subquery.At.Kind == AtKind.None ? subquery with { At = new AtModifier(AtKind.Time, timeMs) } : subquery;

    protected override CallExpr Call(CallExpr call)
    {
        _dependsOnMoment |= OfTheMoment.Contains(call.Function.Name);
        return base.Call(call);
    }
}
