namespace Bongsu.Query.PromQL.Syntax;

internal enum PromTokenKind : byte
{
    End,
    Identifier,
    String,
    Number,
    Duration,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Operator,
    /// <summary>Text that is no token; says why.</summary>
    Error,
}

/// <summary>One word of a query. <paramref name="Text"/> is as written, for strings what they say; <paramref name="Number"/> for numbers and durations (seconds).</summary>
internal readonly record struct PromToken(PromTokenKind Kind, TextSpan Span, string Text, double Number = 0)
{
    public bool Is(string keyword) => Kind == PromTokenKind.Identifier && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsOperator(string text) => Kind == PromTokenKind.Operator && Text == text;

    /// <summary>As parse errors name it; inside braces every word is a label name.</summary>
    public string Describe(bool inBraces = false) => Kind switch
    {
        PromTokenKind.End => "end of input",
        PromTokenKind.Identifier when !inBraces && PromKeywords.Describe(Text) is { } keyword => keyword,
        PromTokenKind.Identifier when Text.Contains(':', StringComparison.Ordinal) => $"metric identifier \"{Text}\"",
        PromTokenKind.Identifier => $"identifier \"{Text}\"",
        PromTokenKind.String => $"string \"{Text}\"",
        PromTokenKind.Number => $"number \"{Text}\"",
        PromTokenKind.Duration => $"duration \"{Text}\"",
        PromTokenKind.Operator when Text is "=" => "\"=\"",
        PromTokenKind.At => "<op:@>",
        PromTokenKind.Operator => $"<op:{Text}>",
        _ => $"\"{Text}\"",
    };
}
