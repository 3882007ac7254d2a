using System.Text;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>
/// Lays an expression out over lines, as Prometheus' format_query does: what fits into a line stays in one; what does not puts its parts on lines of their
/// own, two spaces deeper.
/// </summary>
public sealed class PromQlFormatter
{
    private const int DefaultWidth = 100;

    private readonly int _width;

    internal PromQlFormatter(int width) => _width = width;

    public static string Format(PromExpr expr) => new PromQlFormatter(DefaultWidth).Lay(expr, 0);

    /// <summary>Level 0 stands in the line of its parent, which has indented it.</summary>
    internal string Lay(PromExpr expr, int level)
    {
        var indent = Indent(level);
        if (expr is UnaryExpr unary)
            return $"{indent}{(unary.Negative ? '-' : '+')}{Lay(unary.Inner, level).Trim()}";
        var line = PromQlPrinter.Print(expr);
        // Why: a subquery that fits stands without indent, as in Prometheus.
        if (Encoding.UTF8.GetByteCount(line) <= _width)
            return expr is SubqueryExpr ? line : indent + line;
        return expr switch
        {
            ParenExpr paren => $"{indent}(\n{Lay(paren.Inner, level + 1)}\n{indent})",
            AggregateExpr aggregate => Aggregate(aggregate, level),
            CallExpr call => $"{indent}{call.Function.Name}(\n{string.Join(",\n", call.Arguments.Select(a => Lay(a, level + 1)))}\n{indent})",
            BinaryExpr binary => $"{Lay(binary.Left, level + 1)}\n{indent}{PromQlPrinter.Head(binary)}\n{Lay(binary.Right, level + 1)}",
            SubqueryExpr subquery => Lay(subquery.Inner, level) + PromQlPrinter.Tail(subquery),
            _ => indent + line,
        };
    }

    private string Aggregate(AggregateExpr aggregate, int level)
    {
        var parameter = aggregate.Parameter is { } p ? Lay(p, level + 1) + ",\n" : "";
        return $"{Indent(level)}{PromQlPrinter.Head(aggregate)}(\n{parameter}{Lay(aggregate.Inner, level + 1)}\n{Indent(level)})";
    }

    private static string Indent(int level) => new(' ', level * 2);
}
