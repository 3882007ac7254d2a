namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Reads durations: a number, or arithmetic over durations, step(), range(), min_of() and max_of() that is left for when the query runs.</summary>
internal abstract class PromDurationReader(List<PromToken> tokens) : PromTokenReader(tokens)
{
    // Why: 292 years, where Prometheus' nanoseconds end too; sums of a few of them stay far from overflowing milliseconds.
    private const double MaxDurationSeconds = 9_223_372_036;

    private const string Expected = "number, duration, step(), or range()";

    private int _depth;

    /// <summary>The milliseconds of a number of seconds.</summary>
    public static long ToMs(double seconds) => (long)Math.Round(seconds * 1000);

    public static bool IsOutOfRange(double seconds) => !(Math.Abs(seconds) <= MaxDurationSeconds);

    /// <summary>What stands in brackets: whole milliseconds, or what computes them.</summary>
    protected (long Ms, DurationExpr? Duration) PositiveDuration(string context, string expected = Expected)
    {
        if (!BeginsDuration())
            throw Unexpected(context, expected);
        var expr = Arithmetic(PromOperators.Precedence(BinaryOperator.Add), context);
        if (expr is not NumberExpr number)
            return (0, (DurationExpr)expr);
        return number.Value > 0 ? (ToMs(number.Value), null) : throw new PromParseException(number.Span.Start, "duration must be greater than 0");
    }

    /// <summary>What follows "offset": one operand, perhaps with a sign; arithmetic must be in parentheses, since operators after it belong to the query.</summary>
    protected (long Ms, DurationExpr? Duration) OffsetDuration()
    {
        const string context = "in offset";
        if (!BeginsDuration())
            throw Unexpected(context, Expected);
        var sign = Current.IsOperator("-") || Current.IsOperator("+") ? Take() : (PromToken?)null;
        var operand = Operand(context);
        var expr = sign is { } before ? Signed(before, operand) : operand;
        return expr is NumberExpr number ? (ToMs(number.Value), null) : (0, (DurationExpr)expr);
    }

    protected void Enter()
    {
        if (++_depth > PromQlParser.MaxDepth)
            throw new PromParseException(Current.Span.Start, $"expression nested deeper than {PromQlParser.MaxDepth} levels");
    }

    protected void Leave() => _depth--;

    // Why: long chains (a + b + c …) nest the tree without nesting the text.
    protected static PromExpr Checked(PromExpr expr) => expr.Depth <= PromQlParser.MaxDepth
        ? expr
        : throw new PromParseException(expr.Span.Start, $"expression nested deeper than {PromQlParser.MaxDepth} levels");

    private bool BeginsDuration() => Current.Kind is PromTokenKind.Number or PromTokenKind.Duration or PromTokenKind.LeftParen
        || Current.IsOperator("-") || Current.IsOperator("+")
        || Word(Current) is not null;

    private PromExpr Arithmetic(int minPrecedence, string context)
    {
        Enter();
        var left = Unary(context);
        while (Operator(Current) is { } op && op.Precedence() >= minPrecedence)
        {
            var sign = Take();
            var right = Arithmetic(op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1, context);
            if (right is NumberExpr { Value: 0 } && op is BinaryOperator.Divide or BinaryOperator.Modulo)
                throw new PromParseException(sign.Span.Start, op == BinaryOperator.Divide ? "division by zero" : "modulo by zero");
            left = Checked(new DurationExpr(new TextSpan(left.Span.Start, right.Span.End), DurationOperator.Add + (op - BinaryOperator.Add), left, right)
            { Depth = Math.Max(left.Depth, right.Depth) + 1 });
        }
        Leave();
        return left;
    }

    private PromExpr Unary(string context)
    {
        if (!Current.IsOperator("-") && !Current.IsOperator("+"))
            return Operand(context);
        var sign = Take();
        return Signed(sign, Arithmetic(PromOperators.Precedence(BinaryOperator.Power), context));
    }

    private static PromExpr Signed(PromToken sign, PromExpr operand)
    {
        var span = new TextSpan(sign.Span.Start, operand.Span.End);
        var isNegative = sign.Text == "-";
        if (operand is NumberExpr number)
            return number with { Span = span, Value = isNegative ? -number.Value : number.Value };
        return isNegative ? Checked(new DurationExpr(span, DurationOperator.Subtract, null, operand) { Depth = operand.Depth + 1 }) : operand;
    }

    private PromExpr Operand(string context)
    {
        var token = Current;
        if (token.Kind is PromTokenKind.Number or PromTokenKind.Duration)
        {
            Take();
            return IsOutOfRange(token.Number)
                ? throw new PromParseException(token.Span.Start, "duration out of range")
                : new NumberExpr(token.Span, token.Number, token.Kind == PromTokenKind.Duration);
        }
        if (token.Kind == PromTokenKind.LeftParen)
            return Wrapped(context);
        if (Word(token) is not { } op)
            throw Unexpected(context, Expected);
        Take();
        Expect(PromTokenKind.LeftParen, context, Expected);
        if (op is DurationOperator.Step or DurationOperator.Range)
            return new DurationExpr(new TextSpan(token.Span.Start, Expect(PromTokenKind.RightParen, context).Span.End), op, null, null);
        var left = Arithmetic(PromOperators.Precedence(BinaryOperator.Add), context);
        Expect(PromTokenKind.Comma, context, "\",\"");
        var right = Arithmetic(PromOperators.Precedence(BinaryOperator.Add), context);
        var close = Expect(PromTokenKind.RightParen, context);
        return Checked(new DurationExpr(new TextSpan(token.Span.Start, close.Span.End), op, left, right) { Depth = Math.Max(left.Depth, right.Depth) + 1 });
    }

    private DurationExpr Wrapped(string context)
    {
        var open = Take();
        var inner = Arithmetic(PromOperators.Precedence(BinaryOperator.Add), context);
        var span = new TextSpan(open.Span.Start, Expect(PromTokenKind.RightParen, context).Span.End);
        return inner is DurationExpr duration
            ? duration with { Span = span, IsWrapped = true }
            : new DurationExpr(span, DurationOperator.Add, null, inner, IsWrapped: true) { Depth = 2 };
    }

    private static BinaryOperator? Operator(PromToken token) =>
        PromOperators.At(token) is { } op and <= BinaryOperator.Power ? op : null;

    private static DurationOperator? Word(PromToken token) => token.Kind != PromTokenKind.Identifier ? null : token.Text.ToLowerInvariant() switch
    {
        "step" => DurationOperator.Step,
        "range" => DurationOperator.Range,
        "min_of" => DurationOperator.MinOf,
        "max_of" => DurationOperator.MaxOf,
        _ => null,
    };
}
