namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Walks the tokens of a query and says what it expected where; reads what is made of tokens alone: @ times.</summary>
internal abstract class PromTokenReader(List<PromToken> tokens)
{
    private int _at;

    protected PromToken Current => tokens[_at];

    // Why: nothing follows the end.
    protected PromToken Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    protected PromToken Previous => tokens[_at - 1];

    protected AtModifier AtTime(int start)
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
        if (PromDurationReader.IsOutOfRange(token.Number))
            throw new PromParseException(start, $"timestamp out of bounds for @ modifier: {PromNumber.FormatMicros(sign * token.Number)}");
        return new AtModifier(AtKind.Time, sign * PromDurationReader.ToMs(token.Number));
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
        if (Current.Kind == PromTokenKind.Error)
            return new PromParseException(Current.Span.Start, Current.Text);
        var message = $"unexpected {Current.Describe(inBraces: context == "in label matching")}";
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
