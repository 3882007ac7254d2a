namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>The parser's place in the tokens of one query, with a guard on nesting.</summary>
internal sealed class TraceQlCursor(List<TraceQlToken> tokens, TraceQlLimits limits)
{
    private int _at;
    private int _depth;

    public TraceQlToken Current => tokens[_at];

    public TraceQlToken Previous => tokens[Math.Max(0, _at - 1)];

    public TraceQlToken Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    public TraceQlToken Take()
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

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
            throw Unexpected(symbol);
    }

    public void Enter()
    {
        if (++_depth > limits.MaxDepth)
            throw new TraceQlSyntaxException($"query is nested deeper than {limits.MaxDepth} levels", Current.Position);
    }

    public void Leave() => _depth--;

    public TraceQlSyntaxException Unexpected(string? expected = null) =>
        new($"syntax error: unexpected {Current.Describe()}" + (expected is null ? "" : $", expecting {expected}"), Current.Position);
}
