namespace Bongsu.Query.LogQL.Parsing;

internal enum LogQlTokenKind : byte
{
    End,
    Identifier,
    /// <summary>Text holds the unquoted string.</summary>
    String,
    /// <summary>A plain number, or one with a unit: 5m, 10KB, 1h30m.</summary>
    Number,
    /// <summary>Operators, brackets and <c>--flags</c>.</summary>
    Symbol,
}

internal readonly record struct LogQlToken(LogQlTokenKind Kind, string Text, int Position)
{
    public bool Is(string symbol) => Kind == LogQlTokenKind.Symbol && Text == symbol;

    /// <summary>Keywords are written in any case, as in Loki.</summary>
    public bool IsWord(string word) => Kind == LogQlTokenKind.Identifier && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The text of a keyword as the parser names it.</summary>
    public string Keyword => Text.ToLowerInvariant();

    /// <summary>As Loki's messages name it.</summary>
    public string Describe() => Kind switch
    {
        LogQlTokenKind.End => "$end",
        LogQlTokenKind.Identifier => "IDENTIFIER",
        LogQlTokenKind.String => "STRING",
        LogQlTokenKind.Number => "NUMBER",
        _ => Text,
    };
}
