using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>Evaluates value expressions about one span of a trace. Pure.</summary>
internal static class SpanEvaluation
{
    public static bool Passes(FieldExpr? condition, TraceView trace, int span) => condition is null || Evaluate(condition, trace, span).IsTrue;

    public static TraceValue Evaluate(FieldExpr expr, TraceView trace, int span)
    {
        switch (expr)
        {
            case LiteralField literal: return literal.Value;
            case AttributeField attribute: return SpanFields.Attribute(attribute, trace, span);
            case IntrinsicField intrinsic: return SpanFields.Read(intrinsic.Intrinsic, trace, span);
            case UnaryField unary: return Unary(unary.Operation, Evaluate(unary.Operand, trace, span));
            case BinaryField binary: return Binary(binary, trace, span);
            default: throw new InvalidOperationException($"BUG: no evaluation of {expr.GetType().Name}.");
        }
    }

    public static TraceValue Negate(TraceValue value) => value.Type switch
    {
        TraceValueKind.Int => TraceValue.OfInt(unchecked(-value.Whole)),
        TraceValueKind.Duration => TraceValue.OfDuration(unchecked(-value.Whole)),
        TraceValueKind.Float => TraceValue.OfFloat(-value.Float),
        _ => default,
    };

    public static TraceValue Arithmetic(char operation, TraceValue left, TraceValue right)
    {
        if (!left.IsNumber || !right.IsNumber)
            return default;
        var isDuration = left.Type == TraceValueKind.Duration || right.Type == TraceValueKind.Duration;
        if (left.Type == TraceValueKind.Float || right.Type == TraceValueKind.Float || operation == '^' || (isDuration && operation == '/'))
        {
            var number = Arithmetic(operation, left.AsDouble, right.AsDouble);
            return isDuration && operation != '/' ? TraceValue.OfDuration((long)number) : TraceValue.OfFloat(number);
        }
        long l = left.Whole, r = right.Whole;
        if (operation is '/' or '%' && r is 0 or -1)
            return r == 0 ? default : TraceValue.OfInt(operation == '/' ? unchecked(-l) : 0);
        var whole = unchecked(operation switch { '+' => l + r, '-' => l - r, '*' => l * r, '/' => l / r, _ => l % r });
        return isDuration ? TraceValue.OfDuration(whole) : TraceValue.OfInt(whole);
    }

    public static bool Compare(string operation, TraceValue left, TraceValue right)
    {
        if (left.IsNumber && right.IsNumber)
            return Holds(operation, Order(left, right));
        if (left.Type != right.Type)
            return false;
        return left.Type switch
        {
            TraceValueKind.String => Holds(operation, string.CompareOrdinal(left.Text, right.Text)),
            TraceValueKind.Nil => false,
            _ => Holds(operation, left.Whole.CompareTo(right.Whole)),
        };
    }

    private static int Order(TraceValue left, TraceValue right) =>
        left.Type == TraceValueKind.Float || right.Type == TraceValueKind.Float ? left.AsDouble.CompareTo(right.AsDouble) : left.Whole.CompareTo(right.Whole);

    private static bool Holds(string operation, int order) => operation switch
    {
        "=" => order == 0,
        "!=" => order != 0,
        ">" => order > 0,
        ">=" => order >= 0,
        "<" => order < 0,
        _ => order <= 0,
    };

    private static double Arithmetic(char operation, double left, double right) => operation switch
    {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        '/' => left / right,
        '%' => left % right,
        _ => Math.Pow(left, right),
    };

    private static TraceValue Unary(char operation, TraceValue operand)
    {
        if (operation == '-')
            return Negate(operand);
        return operand.Type == TraceValueKind.Bool ? TraceValue.OfBool(operand.Whole == 0) : default;
    }

    private static TraceValue Binary(BinaryField expr, TraceView trace, int span)
    {
        var left = Evaluate(expr.Left, trace, span);
        switch (expr.Operation)
        {
            case "&&": return TraceValue.OfBool(left.IsTrue && Evaluate(expr.Right, trace, span).IsTrue);
            case "||": return TraceValue.OfBool(left.IsTrue || Evaluate(expr.Right, trace, span).IsTrue);
        }
        var right = Evaluate(expr.Right, trace, span);
        if (TraceQlTypes.IsArithmetic(expr.Operation))
            return Arithmetic(expr.Operation[0], left, right);
        if (expr.Right is LiteralField { Value.Type: TraceValueKind.Nil } || expr.Left is LiteralField { Value.Type: TraceValueKind.Nil })
            return TraceValue.OfBool(HoldsForNil(expr, left.Type == TraceValueKind.Nil && right.Type == TraceValueKind.Nil));
        return TraceValue.OfBool(Holds(expr, left, right));
    }

    // nil = nil and nil != nil say nothing of a span and never hold.
    private static bool HoldsForNil(BinaryField expr, bool isNil) => !(expr.Left is LiteralField && expr.Right is LiteralField) && isNil == (expr.Operation == "=");

    private static bool Holds(BinaryField expr, TraceValue left, TraceValue right)
    {
        if (left.Items is null && right.Items is null)
            return Matches(expr, expr.Operation, left, right);
        if (left.Type == TraceValueKind.Each)
            return left.Items!.Any(item => Holds(expr, item, right));
        if (right.Type == TraceValueKind.Each)
            return right.Items!.Any(item => Holds(expr, left, item));
        return HoldsForArrays(expr, left.Items ?? [left], right.Items ?? [right]);
    }

    private static bool HoldsForArrays(BinaryField expr, IReadOnlyList<TraceValue> left, IReadOnlyList<TraceValue> right)
    {
        var negated = expr.Operation is "!=" or "!~";
        var operation = expr.Operation switch { "!=" => "=", "!~" => "=~", _ => expr.Operation };
        var comparable = false;
        foreach (var l in left)
        {
            foreach (var r in right)
            {
                comparable |= l.Type == r.Type || (l.IsNumber && r.IsNumber);
                if (Matches(expr, operation, l, r))
                    return !negated;
            }
        }
        return negated && comparable;
    }

    private static bool Matches(BinaryField expr, string operation, TraceValue left, TraceValue right) => expr.Regex is null
        ? Compare(operation, left, right)
        : left.Type == TraceValueKind.String && expr.Regex.IsMatch(left.Text!) == (operation == "=~");
}
