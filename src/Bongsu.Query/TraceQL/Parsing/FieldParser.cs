using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Parses value expressions: attributes, intrinsics, literals and operators.</summary>
internal sealed class FieldParser(TraceQlCursor cursor)
{
    private static readonly Dictionary<string, Intrinsic> Intrinsics = new()
    {
        ["name"] = Intrinsic.Name,
        ["span:name"] = Intrinsic.Name,
        ["status"] = Intrinsic.Status,
        ["span:status"] = Intrinsic.Status,
        ["statusMessage"] = Intrinsic.StatusMessage,
        ["span:statusMessage"] = Intrinsic.StatusMessage,
        ["duration"] = Intrinsic.Duration,
        ["span:duration"] = Intrinsic.Duration,
        ["kind"] = Intrinsic.Kind,
        ["span:kind"] = Intrinsic.Kind,
        ["span:id"] = Intrinsic.SpanId,
        ["span:parentID"] = Intrinsic.ParentId,
        ["span:childCount"] = Intrinsic.ChildCount,
        ["trace:id"] = Intrinsic.TraceId,
        ["traceDuration"] = Intrinsic.TraceDuration,
        ["trace:duration"] = Intrinsic.TraceDuration,
        ["rootName"] = Intrinsic.RootName,
        ["trace:rootName"] = Intrinsic.RootName,
        ["rootServiceName"] = Intrinsic.RootServiceName,
        ["trace:rootService"] = Intrinsic.RootServiceName,
        ["nestedSetLeft"] = Intrinsic.NestedSetLeft,
        ["nestedSetRight"] = Intrinsic.NestedSetRight,
        ["nestedSetParent"] = Intrinsic.NestedSetParent,
        ["event:name"] = Intrinsic.EventName,
        ["event:timeSinceStart"] = Intrinsic.EventTimeSinceStart,
        ["link:traceID"] = Intrinsic.LinkTraceId,
        ["link:spanID"] = Intrinsic.LinkSpanId,
        ["instrumentation:name"] = Intrinsic.ScopeName,
        ["instrumentation:version"] = Intrinsic.ScopeVersion,
    };

    public static IEnumerable<string> IntrinsicNames => Intrinsics.Keys;

    public FieldExpr Expression(int minimum = 0)
    {
        cursor.Enter();
        var left = Unary();
        while (Precedence(cursor.Current) is var precedence && precedence > 0 && precedence >= minimum)
        {
            var token = cursor.TakeOperator();
            var right = Expression(token.Text == "^" ? precedence : precedence + 1);
            left = Binary(token, left, right);
        }
        cursor.Leave();
        return left;
    }

    private static int Precedence(TraceQlToken token) => token.Kind != TraceQlTokenKind.Symbol ? 0 : token.Text switch
    {
        "||" => 1,
        "&&" => 2,
        "=" or "!=" or "=~" or "!~" or ">" or ">=" or "<" or "<=" => 3,
        "+" or "-" => 4,
        "*" or "/" or "%" => 5,
        "^" => 6,
        _ => 0,
    };

    private static BinaryField Binary(TraceQlToken token, FieldExpr left, FieldExpr right)
    {
        if (TraceQlTypes.Problem(token.Text, left, right) is { } problem)
            throw new TraceQlSyntaxException(problem, token.Position);
        Regex? regex = null;
        if (token.Text is "=~" or "!~")
        {
            if (right is not LiteralField { Value.Text: { } text })
                throw new TraceQlSyntaxException($"{token.Text} needs a string literal on its right", token.Position);
            regex = Compile(text, token.Position);
        }
        return new BinaryField(token.Text, left, right, regex);
    }

    private static Regex Compile(string text, int position)
    {
        try
        {
            return LinearRegex.Anchored(text);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new TraceQlSyntaxException($"invalid regex: {e.Message}", position);
        }
    }

    private FieldExpr Unary()
    {
        var token = cursor.Current;
        if (!token.Is("!") && !token.Is("-"))
            return Primary();
        cursor.Take();
        cursor.Enter();
        var operand = Unary();
        cursor.Leave();
        var type = TraceQlTypes.Of(operand);
        var fits = token.Text == "!" ? type is null or TraceValueKind.Bool : TraceQlTypes.IsNumber(type);
        if (!fits)
            throw new TraceQlSyntaxException($"unary operator {token.Text} does not go with {type}", token.Position);
        return new UnaryField(token.Text[0], operand);
    }

    private FieldExpr Primary()
    {
        var token = cursor.Current;
        switch (token.Kind)
        {
            case TraceQlTokenKind.String:
                cursor.Take();
                return new LiteralField(TraceValue.OfText(token.Text));
            case TraceQlTokenKind.Number:
                return new LiteralField(Number());
            case TraceQlTokenKind.Attribute:
                cursor.Take();
                return Attribute(token);
            case TraceQlTokenKind.Word:
                cursor.Take();
                return Word(token);
        }
        if (!cursor.TryTake("("))
            throw cursor.Unexpected();
        var inner = Expression();
        cursor.Expect(")");
        return inner;
    }

    /// <summary>A literal, maybe negative; null when something else stands there.</summary>
    public TraceValue? Literal()
    {
        var negative = cursor.TryTake("-");
        return Primary() is LiteralField { Value: var value } ? negative ? SpanEvaluation.Negate(value) : value : null;
    }

    public TraceValue Number()
    {
        var token = cursor.Take();
        if (long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return TraceValue.OfInt(whole);
        if (!token.Text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new TraceQlSyntaxException($"syntax error: {token.Text} is more than a whole number can hold ({long.MaxValue})", token.Position);
        if (double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return TraceValue.OfFloat(number);
        if (LogQlUnits.TryDurationNanos(token.Text, out var nanos) && nanos < long.MaxValue)
            return TraceValue.OfDuration((long)nanos);
        throw new TraceQlSyntaxException($"syntax error: \"{token.Text}\" is no number or duration", token.Position);
    }

    private static AttributeField Attribute(TraceQlToken token)
    {
        var scope = token.Text switch
        {
            "" => AttributeScope.Any,
            "span" => AttributeScope.Span,
            "resource" => AttributeScope.Resource,
            "event" => AttributeScope.Event,
            "link" => AttributeScope.Link,
            "instrumentation" => AttributeScope.Instrumentation,
            _ => throw new TraceQlSyntaxException($"attributes of scope \"{token.Text}\" are not supported (use span, resource, event, link or instrumentation)", token.Position),
        };
        return new AttributeField(scope, token.Name, Encoding.UTF8.GetBytes(token.Name));
    }

    private static FieldExpr Word(TraceQlToken token)
    {
        if (Intrinsics.TryGetValue(token.Text, out var intrinsic))
            return new IntrinsicField(intrinsic, token.Text);
        if (token.Text is "true" or "false")
            return new LiteralField(TraceValue.OfBool(token.Text == "true"));
        if (token.Text == "nil")
            return new LiteralField(default);
        if (token.Text is "minInt" or "maxInt")
            return new LiteralField(TraceValue.OfInt(token.Text == "minInt" ? long.MinValue : long.MaxValue));
        if (TraceValue.TryStatus(token.Text, out var value) || TraceValue.TryKind(token.Text, out value))
            return new LiteralField(value);
        throw new TraceQlSyntaxException($"syntax error: unexpected IDENTIFIER \"{token.Text}\" (an attribute is .{token.Text} or span.{token.Text})", token.Position);
    }
}
