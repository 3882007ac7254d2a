using System.Text;

namespace Bongsu.Query.TraceQL.Parsing;

internal enum TraceQlTokenKind : byte
{
    End,
    /// <summary>A word: letters, digits, underscores and colons.</summary>
    Word,
    /// <summary><c>.name</c>, <c>span.name</c>: Text is the scope (may be empty), Name the attribute.</summary>
    Attribute,
    String,
    /// <summary>A number or a duration.</summary>
    Number,
    Symbol,
}

internal readonly record struct TraceQlToken(TraceQlTokenKind Kind, string Text, int Position, string Name = "")
{
    public bool Is(string symbol) => Kind == TraceQlTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == TraceQlTokenKind.Word && Text == word;

    public bool IsComparison => Kind == TraceQlTokenKind.Symbol && Text is ("=" or "!=" or ">" or ">=" or "<" or "<=");

    public string Describe() => Kind switch
    {
        TraceQlTokenKind.End => "$end",
        TraceQlTokenKind.String => "STRING",
        TraceQlTokenKind.Attribute => $"{Text}.{AttributeName.Quote(Name)}",
        _ => Text,
    };
}

/// <summary>Cuts a TraceQL text into tokens. Pure.</summary>
internal static class TraceQlLexer
{
    private static readonly string[] Symbols =
    [
        "&>>", "&<<", "!>>", "!<<", "&&", "||", "&>", "&<", "&~", "!=", "!~", "!>", "!<", "=~", ">=", "<=", ">>", "<<",
        "{", "}", "(", ")", "|", "=", ">", "<", "~", "+", "-", "*", "/", "%", "^", "!", ",",
    ];

    private static readonly HashSet<string> Scopes = ["span", "resource", "event", "link", "instrumentation", "parent", "trace"];

    public static List<TraceQlToken> Tokenize(string text)
    {
        var tokens = new List<TraceQlToken>();
        var at = 0;
        while (true)
        {
            SkipBlanks(text, ref at);
            if (at >= text.Length)
                break;
            tokens.Add(Next(text, ref at));
        }
        tokens.Add(new TraceQlToken(TraceQlTokenKind.End, "", text.Length));
        return tokens;
    }

    // Blanks and Go's two kinds of comments.
    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (string.CompareOrdinal(text, at, "//", 0, 2) == 0)
                at = text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;
            else if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0)
                at = text.IndexOf("*/", at + 2, StringComparison.Ordinal) is var end and >= 0 ? end + 2 : throw new TraceQlSyntaxException("syntax error: comment not terminated", at);
            else
                return;
        }
    }

    private static TraceQlToken Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (c is '"' or '`')
            return new TraceQlToken(TraceQlTokenKind.String, Quoted(text, ref at), start);
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or 'µ' or 'μ' || IsExponentSign(text, start, at)))
                at++;
            return new TraceQlToken(TraceQlTokenKind.Number, text[start..at], start);
        }
        if (c == '.')
        {
            at++;
            return new TraceQlToken(TraceQlTokenKind.Attribute, "", start, Name(text, ref at, start));
        }
        if (char.IsLetter(c) || c == '_')
            return Word(text, ref at);
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
                continue;
            at += symbol.Length;
            return new TraceQlToken(TraceQlTokenKind.Symbol, symbol, start);
        }
        throw new TraceQlSyntaxException($"syntax error: unexpected character '{c}'", start);
    }

    // The sign within 1e-9; everything before the e is digits and dots.
    private static bool IsExponentSign(string text, int start, int at) =>
        text[at] is '-' or '+' && text[at - 1] is 'e' or 'E' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])
        && !text.AsSpan(start, at - 1 - start).ContainsAnyExcept("0123456789.");

    private static TraceQlToken Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or ':'))
            at++;
        var word = text[start..at];
        if (at >= text.Length || text[at] != '.' || !Scopes.Contains(word))
            return new TraceQlToken(TraceQlTokenKind.Word, word, start);
        at++;
        var name = Name(text, ref at, start);
        return new TraceQlToken(TraceQlTokenKind.Attribute, word, start, name);
    }

    // Names run on to a blank or an operator's character; parts in quotes may hold anything.
    private static string Name(string text, ref int at, int start)
    {
        var name = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at];
            if (c == '"')
            {
                name.Append(Quoted(text, ref at));
                continue;
            }
            if (AttributeName.Ends(c))
                break;
            name.Append(c);
            at++;
        }
        return name.Length > 0 ? name.ToString() : throw new TraceQlSyntaxException("syntax error: an attribute needs a name behind the dot", start);
    }

    private static string Quoted(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote)
                return value.ToString();
            if (c != '\\' || quote == '`' || at >= text.Length)
            {
                value.Append(c);
                continue;
            }
            c = text[at++];
            value.Append(c switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' or '"' or '\'' => c,
                'u' when at + 4 <= text.Length && ushort.TryParse(text.AsSpan(at, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) => Code(code, ref at),
                _ => throw new TraceQlSyntaxException($"syntax error: invalid char escape \\{c}", at - 2),
            });
        }
        throw new TraceQlSyntaxException("syntax error: literal not terminated", start);
    }

    private static char Code(ushort code, ref int at)
    {
        at += 4;
        return (char)code;
    }
}
