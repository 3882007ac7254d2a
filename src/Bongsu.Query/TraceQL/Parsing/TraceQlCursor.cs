namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>The parser's place in the tokens of one query, with a guard on nesting.</summary>
internal sealed class TraceQlCursor(List<TraceQlToken> tokens, TraceQlLimits limits)
{
    private int _at;
    private int _depth;
    private int _operators;

    public TraceQlToken Current => tokens[_at];

    /// <summary>For <see cref="TextSince"/>.</summary>
    public int Position => _at;

    public TraceQlToken Previous => tokens[Math.Max(0, _at - 1)];

    public TraceQlToken Peek(int ahead) => tokens[Math.Min(_at + ahead, tokens.Count - 1)];

    /// <summary>The tokens from a position up to the current one, with blanks between.</summary>
    public string TextSince(int position) => string.Join(' ', tokens.GetRange(position, _at - position).ConvertAll(t => t.Describe()));

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

    /// <summary>Takes an operator between two operands. A chain of them makes a tree as deep as the chain is long, which is walked by recursion.</summary>
    public TraceQlToken TakeOperator() => ++_operators <= limits.MaxOperators
        ? Take()
        : throw new TraceQlSyntaxException($"query has more than {limits.MaxOperators} operators; use =~ with alternatives instead of a long chain", Current.Position);

    /// <summary>Whether a metrics function stands behind a | on the level of the current token, before its closing parenthesis.</summary>
    public bool MetricsFollow()
    {
        var level = 0;
        for (var i = _at; i < tokens.Count && level >= 0; i++)
        {
            if (tokens[i].Is("("))
                level++;
            else if (tokens[i].Is(")"))
                level--;
            else if (level == 0 && tokens[i].Is("|") && MetricParser.IsFunction(tokens[Math.Min(i + 1, tokens.Count - 1)]))
                return true;
        }
        return false;
    }

    /// <summary>Whether a metrics function is called anywhere.</summary>
    public bool HasMetrics
    {
        get
        {
            for (var i = 1; i < tokens.Count; i++)
            {
                if (tokens[i].Is("(") && MetricParser.IsFunction(tokens[i - 1]))
                    return true;
            }
            return false;
        }
    }

    public TraceQlSyntaxException Unexpected(string? expected = null) =>
        new($"syntax error: unexpected {Current.Describe()}" + (expected is null ? "" : $", expecting {expected}"), Current.Position);
}
