using System.Globalization;
using System.Text;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Cuts a LogQL text into tokens. Pure.</summary>
internal static class LogQlLexer
{
    // Longest first, so that a prefix never wins.
    private static readonly string[] Symbols =
        ["|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "{", "}", "(", ")", "[", "]", ",", "=", "|", ">", "<", "+", "-", "*", "/", "%", "^"];

    public static List<LogQlToken> Tokenize(string text)
    {
        var tokens = new List<LogQlToken>();
        var at = 0;
        while (true)
        {
            at = SkipBlank(text, at);
            if (at >= text.Length)
                break;
            tokens.Add(Next(text, ref at));
        }
        tokens.Add(new LogQlToken(LogQlTokenKind.End, "", text.Length));
        return tokens;
    }

    private static int SkipBlank(string text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] == '#')
            {
                while (at < text.Length && text[at] != '\n')
                    at++;
            }
            else if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else
            {
                break;
            }
        }
        return at;
    }

    private static LogQlToken Next(string text, ref int at)
    {
        var start = at;
        var c = text[at];
        if (c is '"' or '\'' or '`')
            return new LogQlToken(LogQlTokenKind.String, QuotedText(text, ref at), start);
        if (IsNameStart(c))
        {
            while (at < text.Length && (IsNameStart(text[at]) || char.IsAsciiDigit(text[at])))
                at++;
            return new LogQlToken(LogQlTokenKind.Identifier, text[start..at], start);
        }
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return new LogQlToken(LogQlTokenKind.Number, NumberText(text, ref at), start);
        if (c == '-' && at + 2 < text.Length && text[at + 1] == '-' && char.IsAsciiLetter(text[at + 2]))
        {
            at += 2;
            while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '-'))
                at++;
            return new LogQlToken(LogQlTokenKind.Symbol, text[start..at], start);
        }
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
                continue;
            at += symbol.Length;
            return new LogQlToken(LogQlTokenKind.Symbol, symbol, start);
        }
        throw new LogQlSyntaxException($"syntax error: unexpected character {Printable(c)}", start);
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or ':';

    private static string Printable(char c) => char.IsControl(c) ? $"U+{(int)c:X4}" : $"'{c}'";

    // A number with what clings to it: 5m, 1h30m, 10KiB, 1.5e3, 0.5µs.
    private static string NumberText(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or 'µ' or 'μ'))
        {
            var isExponent = text[at] is 'e' or 'E' && at + 2 < text.Length && text[at + 1] is '+' or '-' && char.IsAsciiDigit(text[at + 2]);
            at += isExponent ? 2 : 1;
        }
        return text[start..at];
    }

    private static string QuotedText(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote)
                return value.ToString();
            if (c == '\n' && quote != '`')
                break;
            if (c == '\\' && quote != '`')
                Escape(text, ref at, value, start);
            else
                value.Append(c);
        }
        throw new LogQlSyntaxException("syntax error: literal not terminated", start);
    }

    private static void Escape(string text, ref int at, StringBuilder value, int start)
    {
        if (at >= text.Length)
            throw new LogQlSyntaxException("syntax error: literal not terminated", start);
        var c = text[at++];
        switch (c)
        {
            case 'a': value.Append('\a'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'n': value.Append('\n'); break;
            case 'r': value.Append('\r'); break;
            case 't': value.Append('\t'); break;
            case 'v': value.Append('\v'); break;
            case '\\' or '"' or '\'': value.Append(c); break;
            case 'x': value.Append((char)Hex(text, ref at, 2)); break;
            case 'u': value.Append((char)Hex(text, ref at, 4)); break;
            case 'U': value.Append(CodePoint(Hex(text, ref at, 8), at)); break;
            case >= '0' and <= '7': value.Append((char)Octal(text, ref at)); break;
            default: throw new LogQlSyntaxException($"syntax error: invalid char escape \\{c}", at - 2);
        }
    }

    private static string CodePoint(uint code, int at) =>
        Rune.IsValid(code) ? new Rune(code).ToString() : throw new LogQlSyntaxException("syntax error: escape is no Unicode character", at - 10);

    private static uint Hex(string text, ref int at, int digits)
    {
        if (at + digits > text.Length || !uint.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new LogQlSyntaxException($"syntax error: escape needs {digits} hexadecimal digits", at);
        at += digits;
        return code;
    }

    private static int Octal(string text, ref int at)
    {
        var value = 0;
        for (at--; at < text.Length && text[at] is >= '0' and <= '7' && value < 32; at++)
            value = value * 8 + (text[at] - '0');
        return value;
    }
}
