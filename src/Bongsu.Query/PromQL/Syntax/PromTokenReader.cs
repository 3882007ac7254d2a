namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Walks the tokens of a query and says what it expected where; reads what is made of tokens alone: durations and @ times.</summary>
internal abstract class PromTokenReader(List<PromToken> tokens)
{
    // Why: 292 years, where Prometheus' nanoseconds end too; sums of a few of them stay far from overflowing milliseconds.
    private const double MaxDurationSeconds = 9_223_372_036;

    private int _at;

    protected PromToken Current => tokens[_at];

    protected PromToken Following => tokens[_at + 1];

    protected PromToken Previous => tokens[_at - 1];

    protected long PositiveDuration(string context)
    {
        var start = Current.Span.Start;
        var ms = SignedDuration(context);
        return ms > 0 ? ms : throw new PromParseException(start, "duration must be greater than 0");
    }

    protected long SignedDuration(string context)
    {
        var sign = Current.IsOperator("-") ? -1 : 1;
        if (Current.IsOperator("-") || Current.IsOperator("+"))
            Take();
        if (Current.Kind is not (PromTokenKind.Number or PromTokenKind.Duration))
            throw Unexpected(context, "number or duration");
        var token = Take();
        if (!(token.Number <= MaxDurationSeconds))
            throw new PromParseException(token.Span.Start, "duration out of range");
        return sign * (long)Math.Round(token.Number * 1000);
    }

    protected AtModifier AtTime()
    {
        if (Current.Is("start") || Current.Is("end"))
        {
            var kind = Take().Is("start") ? AtKind.Start : AtKind.End;
            Expect(PromTokenKind.LeftParen, "in @");
            Expect(PromTokenKind.RightParen, "in @");
            return new AtModifier(kind, 0);
        }
        var sign = Current.IsOperator("-") ? -1 : 1;
        if (Current.IsOperator("-") || Current.IsOperator("+"))
            Take();
        if (Current.Kind is not (PromTokenKind.Number or PromTokenKind.Duration))
            throw Unexpected("in @", "timestamp");
        var token = Take();
        if (!(token.Number <= MaxDurationSeconds))
            throw new PromParseException(token.Span.Start, $"timestamp out of bounds for @ modifier: {token.Text}");
        return new AtModifier(AtKind.Time, sign * (long)Math.Round(token.Number * 1000));
    }

    // "inf" and "nan" are numbers to the lexer, yet fine label names.
    protected static bool IsWordNumber(PromToken token) => token.Kind == PromTokenKind.Number && char.IsAsciiLetter(token.Text[0]);

    protected PromToken Take() => tokens[_at++];

    protected PromToken Expect(PromTokenKind kind, string context, string? expected = null)
    {
        if (Current.Kind != kind)
            throw Unexpected(context, expected ?? Symbol(kind));
        return kind == PromTokenKind.End ? Current : Take();
    }

    protected PromParseException Unexpected(string context, string? expected = null)
    {
        if (Current.Kind == PromTokenKind.End && context.Length > 0 && context.Contains("paren", StringComparison.Ordinal))
            return new PromParseException(Current.Span.Start, "unclosed left parenthesis");
        var message = $"unexpected {Current.Describe()}";
        if (context.Length > 0)
            message += " " + context;
        if (!string.IsNullOrEmpty(expected))
            message += ", expected " + expected;
        return new PromParseException(Current.Span.Start, message);
    }

    private static string Symbol(PromTokenKind kind) => kind switch
    {
        PromTokenKind.LeftParen => "\"(\"",
        PromTokenKind.RightParen => "\")\"",
        PromTokenKind.RightBrace => "\"}\"",
        PromTokenKind.RightBracket => "\"]\"",
        _ => "",
    };
}
