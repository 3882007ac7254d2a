using System.Globalization;
using System.Text;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Writes an expression in its one canonical form, that of Prometheus; parsing that gives the same expression again.</summary>
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
        foreach (var rune in value.EnumerateRunes())
            Escape(rune, text);
        return text.Append('"').ToString();
    }

    /// <summary>A label name, quoted where it must be.</summary>
    public static string LabelName(string name) => IsPlain(name) ? name : Quote(name);

    /// <summary>How an aggregation begins: operator and grouping.</summary>
    public static string Head(AggregateExpr aggregate)
    {
        if (!aggregate.Without && aggregate.Grouping.Count == 0)
            return aggregate.Operator;
        return $"{aggregate.Operator} {(aggregate.Without ? "without" : "by")} ({Labels(aggregate.Grouping)}) ";
    }

    /// <summary>A binary operator with its modifiers.</summary>
    public static string Head(BinaryExpr binary) => binary.Operator.Text() + (binary.ReturnBool ? " bool" : "") + Matching(binary.Matching);

    /// <summary>What follows the expression of a subquery.</summary>
    public static string Tail(SubqueryExpr subquery)
    {
        var range = subquery.RangeDuration is { } r ? Print(r) : PromDuration.Format(subquery.RangeMs);
        var step = subquery.StepDuration is { } s ? Print(s) : subquery.StepMs > 0 ? PromDuration.Format(subquery.StepMs) : "";
        return $"[{range}:{step}]{At(subquery.At)}{Offset(subquery.OffsetMs, subquery.OffsetDuration)}";
    }

    private static void Print(PromExpr expr, StringBuilder text)
    {
        switch (expr)
        {
            case NumberExpr number:
                text.Append(number.IsDuration ? PromDuration.Format(PromDurationReader.ToMs(number.Value)) : PromNumber.FormatFixed(number.Value));
                break;
            case StringExpr s:
                text.Append(Quote(s.Text));
                break;
            case ParenExpr paren:
                Print(paren.Inner, text.Append('('));
                text.Append(')');
                break;
            case UnaryExpr unary:
                Print(unary.Inner, text.Append(unary.Negative ? '-' : '+'));
                break;
            case SelectorExpr selector:
                Selector(selector, text);
                text.Append(At(selector.At)).Append(Edges(selector)).Append(Offset(selector.OffsetMs, selector.OffsetDuration));
                break;
            case RangeExpr range:
                Range(range, text);
                break;
            case SubqueryExpr subquery:
                Print(subquery.Inner, text);
                text.Append(Tail(subquery));
                break;
            case CallExpr call:
                Arguments(text.Append(call.Function.Name), call.Arguments);
                break;
            case AggregateExpr aggregate:
                Arguments(text.Append(Head(aggregate)), aggregate.Parameter is { } parameter ? [parameter, aggregate.Inner] : [aggregate.Inner]);
                break;
            case BinaryExpr binary:
                Print(binary.Left, text);
                Print(binary.Right, text.Append(' ').Append(Head(binary)).Append(' '));
                break;
            case DurationExpr duration:
                Duration(duration, text);
                break;
        }
    }

    private static void Arguments(StringBuilder text, IReadOnlyList<PromExpr> arguments)
    {
        text.Append('(');
        for (var i = 0; i < arguments.Count; i++)
            Print(arguments[i], i > 0 ? text.Append(", ") : text);
        text.Append(')');
    }

    private static string Matching(VectorMatching? matching)
    {
        if (matching is null)
            return "";
        var text = new StringBuilder();
        var isOneToOne = matching.Cardinality == MatchCardinality.OneToOne;
        if (matching.On || matching.Labels.Count > 0 || !isOneToOne)
            text.Append(matching.On ? " on (" : " ignoring (").Append(Labels(matching.Labels)).Append(')');
        if (!isOneToOne)
            text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? " group_left (" : " group_right (").Append(Labels(matching.Include)).Append(')');
        if (matching.FillLeft is { } both && matching.FillRight == both)
            return text.Append(" fill (").Append(PromNumber.Format(both)).Append(')').ToString();
        if (matching.FillLeft is { } left)
            text.Append(" fill_left (").Append(PromNumber.Format(left)).Append(')');
        if (matching.FillRight is { } right)
            text.Append(" fill_right (").Append(PromNumber.Format(right)).Append(')');
        return text.ToString();
    }

    private static string Labels(IReadOnlyList<string> labels) => string.Join(", ", labels.Select(LabelName));

    private static void Selector(SelectorExpr selector, StringBuilder text)
    {
        text.Append(selector.Name);
        var parts = new List<string>();
        foreach (var matcher in selector.Matchers)
        {
            if (selector.Name is not null && matcher.Type == MatchType.Equal && matcher.Name == LabelNames.MetricName)
                continue;
            var sign = matcher.Type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" };
            parts.Add(LabelName(matcher.Name) + sign + Quote(matcher.Value));
        }
        parts.Sort(StringComparer.Ordinal);
        if (parts.Count > 0 || selector.Name is null)
            text.Append('{').AppendJoin(',', parts).Append('}');
    }

    private static void Range(RangeExpr range, StringBuilder text)
    {
        var selector = range.Selector;
        Selector(selector, text);
        text.Append('[').Append(range.RangeDuration is { } duration ? Print(duration) : PromDuration.Format(range.RangeMs)).Append(']');
        text.Append(Edges(selector)).Append(At(selector.At)).Append(Offset(selector.OffsetMs, selector.OffsetDuration));
    }

    private static void Duration(DurationExpr duration, StringBuilder text)
    {
        if (duration.IsWrapped)
            text.Append('(');
        switch (duration.Operator)
        {
            case DurationOperator.Step or DurationOperator.Range:
                text.Append(duration.Operator.Text()).Append("()");
                break;
            case DurationOperator.MinOf or DurationOperator.MaxOf:
                Arguments(text.Append(duration.Operator.Text()), [duration.Left!, duration.Right!]);
                break;
            default:
                if (duration.Left is { } left)
                {
                    Print(left, text);
                    text.Append(' ').Append(duration.Operator.Text()).Append(' ');
                }
                else if (duration.Operator == DurationOperator.Subtract)
                {
                    text.Append('-');
                }
                Print(duration.Right!, text);
                break;
        }
        if (duration.IsWrapped)
            text.Append(')');
    }

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }

    private static string Edges(SelectorExpr selector) =>
        selector.Edges switch { RangeEdges.Anchored => " anchored", RangeEdges.Smoothed => " smoothed", _ => "" };

    private static string At(AtModifier at) => at.Kind switch
    {
        AtKind.Time => " @ " + (at.TimeMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture),
        AtKind.Start => " @ start()",
        AtKind.End => " @ end()",
        _ => "",
    };

    private static string Offset(long ms, DurationExpr? duration) =>
        duration is not null ? " offset " + Print(duration) : ms != 0 ? " offset " + PromDuration.Format(ms) : "";

    private static void Escape(Rune rune, StringBuilder text)
    {
        var brief = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ => null,
        };
        if (brief is not null)
            text.Append(brief);
        else if (rune.Value is < 0x20 or 0x7f)
            text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else if (Rune.IsControl(rune))
            text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else
            text.Append(rune.ToString());
    }
}
