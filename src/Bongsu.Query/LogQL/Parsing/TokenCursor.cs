namespace Bongsu.Query.LogQL.Parsing;

/// <summary>The parser's place in the tokens of one query, with a guard on nesting.</summary>
internal sealed class TokenCursor(List<LogQlToken> tokens, LogQlLimits limits)
{
    private int _at;
    private int _depth;
    private int _parts;

    public LogQlLimits Limits { get; } = limits;

    public LogQlToken Current => tokens[_at];

    public LogQlToken Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    public LogQlToken Take()
    {
        var token = tokens[_at];
        if (_at < tokens.Count - 1)
            _at++;
        return token;
    }

    public bool TryTake(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        Take();
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!Current.IsWord(word))
            return false;
        Take();
        return true;
    }

    public LogQlToken Expect(string symbol) => Current.Is(symbol) ? Take() : throw Unexpected(symbol);

    public LogQlToken Expect(LogQlTokenKind kind) => Current.Kind == kind ? Take() : throw Unexpected(kind.ToString().ToUpperInvariant());

    public void Enter()
    {
        if (++_depth > Limits.MaxDepth)
            throw new LogQlSyntaxException($"query is nested deeper than {Limits.MaxDepth} levels", Current.Position);
    }

    public void Leave() => _depth--;

    /// <summary>Counts an operator between two operands, a matcher, an alternative or a named label.</summary>
    public void CountPart()
    {
        if (++_parts > Limits.MaxParts)
            throw new LogQlSyntaxException($"query has more than {Limits.MaxParts} operators, matchers, alternatives and labels; use =~ with alternatives instead of a long chain", Current.Position);
    }

    public LogQlSyntaxException Unexpected(string? expected = null) =>
        new($"syntax error: unexpected {Current.Describe()}" + (expected is null ? "" : $", expecting {expected}"), Current.Position);
}
