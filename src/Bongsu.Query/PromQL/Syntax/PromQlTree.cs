using System.Text.Json;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Writes an expression as the tree that Prometheus' parse_query answers with.</summary>
public static class PromQlTree
{
    public static void Write(Utf8JsonWriter json, PromExpr expr)
    {
        json.WriteStartObject();
        switch (expr)
        {
            case NumberExpr number:
                json.WriteString("type", "numberLiteral");
                json.WriteString("val", PromNumber.FormatFixed(number.Value));
                break;
            case StringExpr text:
                json.WriteString("type", "stringLiteral");
                json.WriteString("val", text.Text);
                break;
            case ParenExpr paren:
                json.WriteString("type", "parenExpr");
                Child(json, "expr", paren.Inner);
                break;
            case UnaryExpr unary:
                json.WriteString("type", "unaryExpr");
                json.WriteString("op", unary.Negative ? "-" : "+");
                Child(json, "expr", unary.Inner);
                break;
            case SelectorExpr selector:
                json.WriteString("type", "vectorSelector");
                Selector(json, selector);
                break;
            case RangeExpr range:
                json.WriteString("type", "matrixSelector");
                json.WriteNumber("range", range.RangeMs);
                Duration(json, "rangeExpr", range.RangeDuration);
                Selector(json, range.Selector);
                break;
            case SubqueryExpr subquery:
                Subquery(json, subquery);
                break;
            case CallExpr call:
                Call(json, call);
                break;
            case AggregateExpr aggregate:
                Aggregate(json, aggregate);
                break;
            case BinaryExpr binary:
                Binary(json, binary);
                break;
        }
        json.WriteEndObject();
    }

    private static void Child(Utf8JsonWriter json, string name, PromExpr? expr)
    {
        json.WritePropertyName(name);
        if (expr is null)
            json.WriteNullValue();
        else
            Write(json, expr);
    }

    private static void Selector(Utf8JsonWriter json, SelectorExpr selector)
    {
        json.WriteString("name", selector.Name ?? "");
        json.WriteNumber("offset", selector.OffsetMs);
        Duration(json, "offsetExpr", selector.OffsetDuration);
        json.WriteStartArray("matchers");
        foreach (var matcher in Ordered(selector))
        {
            json.WriteStartObject();
            json.WriteString("name", matcher.Name);
            json.WriteString("type", matcher.Type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" });
            json.WriteString("value", matcher.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        At(json, selector.At);
        json.WriteBoolean("anchored", selector.Edges == RangeEdges.Anchored);
        json.WriteBoolean("smoothed", selector.Edges == RangeEdges.Smoothed);
    }

    // The name that stands before the braces comes last.
    private static IEnumerable<LabelMatcher> Ordered(SelectorExpr selector) =>
        selector.Name is null ? selector.Matchers : selector.Matchers.Skip(1).Append(selector.Matchers[0]);

    private static void Subquery(Utf8JsonWriter json, SubqueryExpr subquery)
    {
        json.WriteString("type", "subquery");
        Child(json, "expr", subquery.Inner);
        json.WriteNumber("range", subquery.RangeMs);
        Duration(json, "rangeExpr", subquery.RangeDuration);
        json.WriteNumber("offset", subquery.OffsetMs);
        Duration(json, "offsetExpr", subquery.OffsetDuration);
        json.WriteNumber("step", subquery.StepMs);
        Duration(json, "stepExpr", subquery.StepDuration);
        At(json, subquery.At);
    }

    private static void At(Utf8JsonWriter json, AtModifier at)
    {
        if (at.Kind == AtKind.Time)
            json.WriteNumber("timestamp", at.TimeMs);
        else
            json.WriteNull("timestamp");
        if (at.Kind is AtKind.Start or AtKind.End)
            json.WriteString("startOrEnd", at.Kind == AtKind.Start ? "start" : "end");
        else
            json.WriteNull("startOrEnd");
    }

    private static void Duration(Utf8JsonWriter json, string name, PromExpr? expr)
    {
        json.WritePropertyName(name);
        if (expr is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        if (expr is NumberExpr number)
        {
            json.WriteString("type", "numberLiteral");
            json.WriteString("val", PromNumber.FormatFixed(number.Value));
            json.WriteBoolean("duration", number.IsDuration);
        }
        else
        {
            var duration = (DurationExpr)expr;
            json.WriteString("type", "durationExpr");
            json.WriteString("op", duration.Operator.Text());
            Duration(json, "lhs", duration.Left);
            Duration(json, "rhs", duration.Right);
            json.WriteBoolean("wrapped", duration.IsWrapped);
        }
        json.WriteEndObject();
    }

    private static void Call(Utf8JsonWriter json, CallExpr call)
    {
        var function = call.Function;
        json.WriteString("type", "call");
        json.WriteStartObject("func");
        json.WriteString("name", function.Name);
        json.WriteStartArray("argTypes");
        foreach (var parameter in function.Parameters)
            json.WriteStringValue(parameter.Type.Name());
        json.WriteEndArray();
        json.WriteNumber("variadic", function.Variadic);
        json.WriteString("returnType", function.Returns.Name());
        json.WriteEndObject();
        json.WriteStartArray("args");
        foreach (var argument in call.Arguments)
            Write(json, argument);
        json.WriteEndArray();
    }

    private static void Aggregate(Utf8JsonWriter json, AggregateExpr aggregate)
    {
        json.WriteString("type", "aggregation");
        json.WriteString("op", aggregate.Operator);
        Child(json, "expr", aggregate.Inner);
        Child(json, "param", aggregate.Parameter);
        Strings(json, "grouping", aggregate.Grouping);
        json.WriteBoolean("without", aggregate.Without);
    }

    private static void Binary(Utf8JsonWriter json, BinaryExpr binary)
    {
        json.WriteString("type", "binaryExpr");
        json.WriteString("op", binary.Operator.Text());
        Child(json, "lhs", binary.Left);
        Child(json, "rhs", binary.Right);
        // Why: only between vectors is there anything to match.
        if (binary.Left.Type == PromType.InstantVector && binary.Right.Type == PromType.InstantVector)
            Matching(json, binary);
        else
            json.WriteNull("matching");
        json.WriteBoolean("bool", binary.ReturnBool);
    }

    private static void Matching(Utf8JsonWriter json, BinaryExpr binary)
    {
        var matching = binary.Matching ?? VectorMatching.Default;
        json.WriteStartObject("matching");
        json.WriteString("card", matching.Cardinality switch
        {
            MatchCardinality.ManyToOne => "many-to-one",
            MatchCardinality.OneToMany => "one-to-many",
            _ => binary.Operator.IsSet() ? "many-to-many" : "one-to-one",
        });
        Strings(json, "labels", matching.Labels);
        json.WriteBoolean("on", matching.On);
        Strings(json, "include", matching.Include);
        json.WriteStartObject("fillValues");
        Fill(json, "lhs", matching.FillLeft);
        Fill(json, "rhs", matching.FillRight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Fill(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } number)
            json.WriteNull(name);
        else if (double.IsFinite(number))
            json.WriteNumber(name, number);
        else
            json.WriteString(name, PromNumber.Format(number));
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
