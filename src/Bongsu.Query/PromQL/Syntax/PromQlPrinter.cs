using System.Globalization;
using System.Text;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Writes an expression in its one canonical form; parsing that gives the same expression again.</summary>
internal static class PromQlPrinter
{
    public static string Print(PromExpr expr)
    {
        var text = new StringBuilder();
        Print(expr, text);
        return text.ToString();
    }

    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        return text.Append('"').ToString();
    }

    private static void Print(PromExpr expr, StringBuilder text)
    {
        switch (expr)
        {
            case NumberExpr number:
                text.Append(number.IsDuration ? PromDuration.Format((long)Math.Round(number.Value * 1000)) : PromNumber.Format(number.Value));
                break;
            case StringExpr s:
                text.Append(Quote(s.Text));
                break;
            case ParenExpr paren:
                Wrapped(text.Append('('), paren.Inner).Append(')');
                break;
            case UnaryExpr unary:
                Print(unary.Inner, text.Append(unary.Negative ? '-' : '+'));
                break;
            case SelectorExpr selector:
                Selector(selector, text);
                Modifiers(selector.At, selector.OffsetMs, text);
                break;
            case RangeExpr range:
                Selector(range.Selector, text);
                text.Append('[').Append(PromDuration.Format(range.RangeMs)).Append(']');
                Modifiers(range.Selector.At, range.Selector.OffsetMs, text);
                break;
            case SubqueryExpr subquery:
                Wrapped(text, subquery.Inner).Append('[').Append(PromDuration.Format(subquery.RangeMs)).Append(':');
                text.Append(subquery.StepMs > 0 ? PromDuration.Format(subquery.StepMs) : "").Append(']');
                Modifiers(subquery.At, subquery.OffsetMs, text);
                break;
            case CallExpr call:
                Arguments(text.Append(call.Function.Name), call.Arguments);
                break;
            case AggregateExpr aggregate:
                Aggregate(aggregate, text);
                break;
            case BinaryExpr binary:
                Binary(binary, text);
                break;
        }
    }

    private static StringBuilder Wrapped(StringBuilder text, PromExpr inner)
    {
        Print(inner, text);
        return text;
    }

    private static void Arguments(StringBuilder text, IReadOnlyList<PromExpr> arguments)
    {
        text.Append('(');
        for (var i = 0; i < arguments.Count; i++)
            Print(arguments[i], i > 0 ? text.Append(", ") : text);
        text.Append(')');
    }

    private static void Aggregate(AggregateExpr aggregate, StringBuilder text)
    {
        text.Append(aggregate.Operator);
        if (aggregate.Without || aggregate.Grouping.Count > 0)
        {
            text.Append(aggregate.Without ? " without (" : " by (");
            Labels(text, aggregate.Grouping).Append(") ");
        }
        Arguments(text, aggregate.Parameter is { } parameter ? [parameter, aggregate.Inner] : [aggregate.Inner]);
    }

    private static void Binary(BinaryExpr binary, StringBuilder text)
    {
        Print(binary.Left, text);
        text.Append(' ').Append(binary.Operator.Text()).Append(binary.ReturnBool ? " bool " : " ");
        if (binary.Matching is { } matching && (matching.On || matching.Labels.Count > 0 || matching.Cardinality != MatchCardinality.OneToOne))
        {
            Labels(text.Append(matching.On ? "on (" : "ignoring ("), matching.Labels).Append(") ");
            if (matching.Cardinality != MatchCardinality.OneToOne)
                Labels(text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? "group_left (" : "group_right ("), matching.Include).Append(") ");
        }
        Print(binary.Right, text);
    }

    private static StringBuilder Labels(StringBuilder text, IReadOnlyList<string> labels)
    {
        for (var i = 0; i < labels.Count; i++)
            text.Append(i > 0 ? ", " : "").Append(IsPlain(labels[i], metric: false) ? labels[i] : Quote(labels[i]));
        return text;
    }

    private static void Selector(SelectorExpr selector, StringBuilder text)
    {
        var isPlain = selector.Name is not null && IsPlain(selector.Name, metric: true) && PromNumberWord(selector.Name);
        if (isPlain)
            text.Append(selector.Name);
        var parts = new List<string>();
        if (selector.Name is not null && !isPlain)
            parts.Add(Quote(selector.Name));
        foreach (var matcher in selector.Matchers)
        {
            if (selector.Name is not null && matcher.Type == MatchType.Equal && matcher.Name == LabelNames.MetricName)
                continue;
            var sign = matcher.Type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" };
            parts.Add((IsPlain(matcher.Name, metric: false) ? matcher.Name : Quote(matcher.Name)) + sign + Quote(matcher.Value));
        }
        if (parts.Count > 0)
            text.Append('{').AppendJoin(", ", parts).Append('}');
    }

    private static bool PromNumberWord(string name) =>
        !name.Equals("inf", StringComparison.OrdinalIgnoreCase) && !name.Equals("nan", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlain(string name, bool metric)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(metric && c == ':'))
                return false;
        }
        return true;
    }

    private static void Modifiers(AtModifier at, long offsetMs, StringBuilder text)
    {
        _ = at.Kind switch
        {
            AtKind.Time => text.Append(" @ ").Append((at.TimeMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture)),
            AtKind.Start => text.Append(" @ start()"),
            AtKind.End => text.Append(" @ end()"),
            _ => text,
        };
        if (offsetMs != 0)
            text.Append(" offset ").Append(PromDuration.Format(offsetMs));
    }
}
