using System.Text;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>
/// Writes queries in one canonical form: in one line when that is short, else with each stage and argument on its own, as Loki's format_query does. What
/// it writes parses to the same query. Pure.
/// </summary>
internal static class LogQlPrinter
{
    private const int MaxLineLength = 100;

    public static string Format(LogQlExpr expr)
    {
        var text = new StringBuilder();
        Pretty(text, expr, 0);
        return text.ToString();
    }

    /// <summary>The query in one line.</summary>
    public static string Line(LogQlExpr expr) => expr switch
    {
        NumberExpr number => LogQlText.Number(number.Value),
        VectorExpr vector => $"vector({LogQlText.Number(vector.Value)})",
        LogExpr log => string.Join(' ', log.Stages.Select(s => s.ToString()).Prepend(Selector(log))),
        RangeAggregationExpr range => Line(range),
        VectorAggregationExpr vector => Line(vector),
        LabelReplaceExpr replace => $"label_replace({Line(replace.Inner)},{string.Join(',', Texts(replace))})",
        BinaryExpr binary => $"({Line(binary.Left)} {Operator(binary)} {Line(binary.Right)})",
        _ => throw new InvalidOperationException($"BUG: no text of {expr.GetType().Name}."),
    };

    private static string Line(RangeAggregationExpr range)
    {
        var unwrap = range.Unwrap is null ? "" : $" {range.Unwrap}";
        return $"{range.Operation}({Parameter(range)}{Line(range.Log)}{unwrap}{Window(range)}){Group(range.Grouping)}";
    }

    private static string Line(VectorAggregationExpr vector) =>
        $"{vector.Operation}{Group(vector.Grouping)}({(vector.TakesParameter ? $"{vector.Parameter}," : "")}{Line(vector.Inner)})";

    private static string Selector(LogExpr log) => "{" + string.Join(", ", log.Matchers.Select(LogQlText.Matcher)) + "}";

    private static string Parameter(RangeAggregationExpr range) => range.Parameter is { } parameter ? LogQlText.Number(parameter) + "," : "";

    private static string Window(RangeAggregationExpr range) =>
        $"[{LogQlText.Range(range.RangeNanos)}]{(range.OffsetNanos == 0 ? "" : $" offset {LogQlText.Range(range.OffsetNanos)}")}";

    private static string Group(Grouping? grouping) => grouping is null ? "" : $" {grouping}";

    private static IEnumerable<string> Texts(LabelReplaceExpr replace) =>
        new[] { replace.Target, replace.Replacement, replace.Source, replace.Expression }.Select(LogQlText.Quote);

    private static string Operator(BinaryExpr binary)
    {
        var text = new StringBuilder(binary.Operation);
        if (binary.ReturnBool)
            text.Append(" bool");
        if (binary.Matching is not { } matching)
            return text.ToString();
        text.Append(matching.On ? " on (" : " ignoring (").AppendJoin(", ", matching.Labels).Append(')');
        if (matching.GroupLeft || matching.GroupRight)
            text.Append(matching.GroupLeft ? " group_left" : " group_right").Append(" (").AppendJoin(", ", matching.Include).Append(')');
        return text.ToString();
    }

    private static void Pretty(StringBuilder text, LogQlExpr expr, int level)
    {
        var line = Line(expr);
        if (line.Length <= MaxLineLength)
        {
            Indent(text, level).Append(line);
            return;
        }
        switch (expr)
        {
            case LogExpr log: Pretty(text, log, null, level); break;
            case RangeAggregationExpr range: Pretty(text, range, level); break;
            case VectorAggregationExpr vector: Pretty(text, vector, level); break;
            case LabelReplaceExpr replace: Pretty(text, replace, level); break;
            case BinaryExpr binary: Pretty(text, binary, level); break;
            default: Indent(text, level).Append(line); break;
        }
    }

    private static void Pretty(StringBuilder text, LogExpr log, Unwrap? unwrap, int level)
    {
        var isShort = Line(log).Length <= MaxLineLength;
        Indent(text, level).Append(isShort ? Line(log) : Selector(log));
        for (var i = 0; i < log.Stages.Count && !isShort; i++)
            Indent(text.Append('\n'), level + 1).Append(log.Stages[i]);
        if (unwrap is null)
            return;
        Indent(text.Append('\n'), level + 1).Append(unwrap with { PostFilters = [] });
        foreach (var filter in unwrap.PostFilters)
            Indent(text.Append('\n'), level + 1).Append(filter);
    }

    private static void Pretty(StringBuilder text, RangeAggregationExpr range, int level)
    {
        Indent(text, level).Append(range.Operation).Append("(\n");
        if (range.Parameter is { } parameter)
            Indent(text, level + 1).Append(LogQlText.Number(parameter)).Append(",\n");
        Pretty(text, range.Log, range.Unwrap, level + 1);
        Indent(text.Append(' ').Append(Window(range)).Append('\n'), level).Append(')').Append(Group(range.Grouping));
    }

    private static void Pretty(StringBuilder text, VectorAggregationExpr vector, int level)
    {
        Indent(text, level).Append(vector.Operation).Append(Group(vector.Grouping)).Append("(\n");
        if (vector.TakesParameter)
            Indent(text, level + 1).Append(vector.Parameter).Append(",\n");
        Pretty(text, vector.Inner, level + 1);
        Indent(text.Append('\n'), level).Append(')');
    }

    private static void Pretty(StringBuilder text, LabelReplaceExpr replace, int level)
    {
        Indent(text, level).Append("label_replace(\n");
        Pretty(text, replace.Inner, level + 1);
        foreach (var one in Texts(replace))
            Indent(text.Append(",\n"), level + 1).Append(one);
        Indent(text.Append('\n'), level).Append(')');
    }

    private static void Pretty(StringBuilder text, BinaryExpr binary, int level)
    {
        Side(text, binary, binary.Left, level + 1);
        Indent(text.Append('\n'), level).Append(Operator(binary)).Append('\n');
        Side(text, binary, binary.Right, level + 1);
    }

    // One line has its brackets; several need them where the operators alone would bind otherwise.
    private static void Side(StringBuilder text, BinaryExpr parent, LogQlExpr side, int level)
    {
        var needsBrackets = side is BinaryExpr binary && Line(side).Length > MaxLineLength && !MetricParser.BindsAlone(parent, binary);
        if (needsBrackets)
            Indent(text, level).Append("(\n");
        Pretty(text, side, level);
        if (needsBrackets)
            Indent(text.Append('\n'), level).Append(')');
    }

    private static StringBuilder Indent(StringBuilder text, int level) => text.Append(' ', level * 2);
}
