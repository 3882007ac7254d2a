using System.Text;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Cuts a query into tokens. Comments and white space vanish; every token knows its place.</summary>
internal sealed class PromLexer(string text)
{
    private readonly List<PromToken> _tokens = [];
    private int _at;

    public static List<PromToken> Tokenize(string text)
    {
        var lexer = new PromLexer(text);
        while (lexer.Next()) { }
        return lexer._tokens;
    }

    private bool Next()
    {
        SkipBlank();
        var start = _at;
        if (_at >= text.Length)
        {
            _tokens.Add(new PromToken(PromTokenKind.End, new TextSpan(_at, _at), ""));
            return false;
        }
        var c = text[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            Number(start);
        else if (char.IsAsciiLetter(c) || c == '_' || (c == ':' && IsMetricColon()))
            Identifier(start);
        else if (c is '"' or '\'' or '`')
            Quoted(start, c);
        else
            Symbol(start, c);
        return true;
    }

    private void SkipBlank()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\n' or '\r')
                _at++;
            else if (text[_at] == '#')
                while (_at < text.Length && text[_at] != '\n')
                    _at++;
            else
                return;
        }
    }

    // Why: a colon begins a metric name (":job:rate") anywhere but inside brackets, where it parts range and step.
    private bool IsMetricColon()
    {
        for (var i = _tokens.Count - 1; i >= 0; i--)
        {
            if (_tokens[i].Kind == PromTokenKind.LeftBracket)
                return false;
            if (_tokens[i].Kind == PromTokenKind.RightBracket)
                return true;
        }
        return true;
    }

    private void Identifier(int start)
    {
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or ':'))
            _at++;
        var word = text[start.._at];
        if (word.Equals("inf", StringComparison.OrdinalIgnoreCase))
            Add(PromTokenKind.Number, start, word, double.PositiveInfinity);
        else if (word.Equals("nan", StringComparison.OrdinalIgnoreCase))
            Add(PromTokenKind.Number, start, word, double.NaN);
        else
            Add(PromTokenKind.Identifier, start, word);
    }

    private void Number(int start)
    {
        while (_at < text.Length && IsNumberPart(start))
            _at++;
        var word = text[start.._at];
        if (PromNumber.TryParse(word, out var value))
            Add(PromTokenKind.Number, start, word, value);
        else if (PromDuration.TryParse(word, out var ms))
            Add(PromTokenKind.Duration, start, word, ms / 1000.0);
        else
            throw new PromParseException(start, $"bad number or duration syntax: \"{word}\"");
    }

    private bool IsNumberPart(int start)
    {
        var c = text[_at];
        if (char.IsAsciiLetterOrDigit(c) || c is '.' or '_')
            return true;
        var isHex = _at - start > 1 && text[start + 1] is 'x' or 'X';
        return c is '+' or '-' && text[_at - 1] is 'e' or 'E' && !isHex;
    }

    private void Symbol(int start, char c)
    {
        _at++;
        var two = _at < text.Length ? text[_at] : '\0';
        switch (c)
        {
            case '(': Add(PromTokenKind.LeftParen, start, "("); return;
            case ')': Add(PromTokenKind.RightParen, start, ")"); return;
            case '{': Add(PromTokenKind.LeftBrace, start, "{"); return;
            case '}': Add(PromTokenKind.RightBrace, start, "}"); return;
            case '[': Add(PromTokenKind.LeftBracket, start, "["); return;
            case ']': Add(PromTokenKind.RightBracket, start, "]"); return;
            case ',': Add(PromTokenKind.Comma, start, ","); return;
            case ':': Add(PromTokenKind.Colon, start, ":"); return;
            case '@': Add(PromTokenKind.At, start, "@"); return;
            case '+' or '-' or '*' or '/' or '%' or '^': Add(PromTokenKind.Operator, start, c.ToString()); return;
            case '=' when two is '=' or '~':
            case '!' when two is '=' or '~':
            case '<' or '>' when two is '=' or '/':
                _at++;
                Add(PromTokenKind.Operator, start, text[start.._at]);
                return;
            case '=' or '<' or '>': Add(PromTokenKind.Operator, start, c.ToString()); return;
            case '!': throw new PromParseException(start, $"unexpected character after '!': {Show(two)}");
            default: throw new PromParseException(start, $"unexpected character: {Show(c)}");
        }
    }

    private void Quoted(int start, char quote)
    {
        var value = new StringBuilder();
        _at++;
        while (true)
        {
            if (_at >= text.Length)
                throw new PromParseException(start, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
            var c = text[_at++];
            if (c == quote)
                break;
            if (quote != '`' && c == '\n')
                throw new PromParseException(start, "unterminated quoted string");
            if (quote == '`' || c != '\\')
                value.Append(c);
            else
                Escape(value, quote);
        }
        Add(PromTokenKind.String, start, value.ToString());
    }

    private void Escape(StringBuilder value, char quote)
    {
        var start = _at - 1;
        if (_at >= text.Length)
            throw new PromParseException(start, "escape sequence not terminated");
        var c = text[_at++];
        switch (c)
        {
            case 'a': value.Append('\a'); return;
            case 'b': value.Append('\b'); return;
            case 'f': value.Append('\f'); return;
            case 'n': value.Append('\n'); return;
            case 'r': value.Append('\r'); return;
            case 't': value.Append('\t'); return;
            case 'v': value.Append('\v'); return;
            case '\\': value.Append('\\'); return;
            case 'x': Code(value, start, 2, 16, isByte: true); return;
            case 'u': Code(value, start, 4, 16, isByte: false); return;
            case 'U': Code(value, start, 8, 16, isByte: false); return;
            case >= '0' and <= '7':
                _at--;
                Code(value, start, 3, 8, isByte: true);
                return;
            default:
                if (c != quote)
                    throw new PromParseException(start, $"unknown escape sequence {Show(c)}");
                value.Append(c);
                return;
        }
    }

    // Bytes written as \xNN or \NNN form UTF-8 together; those that form none become U+FFFD, which no valid label name contains.
    private void Code(StringBuilder value, int start, int digits, int radix, bool isByte)
    {
        var code = ReadCode(start, digits, radix);
        if (!isByte)
        {
            if (!Rune.TryCreate(code, out var rune))
                throw new PromParseException(start, "escape sequence is an invalid Unicode code point");
            value.Append(rune.ToString());
            return;
        }
        if (code > 255)
            throw new PromParseException(start, "escape sequence is an invalid byte");
        var bytes = new List<byte> { (byte)code };
        while (_at + 4 <= text.Length && text[_at] == '\\' && text[_at + 1] == 'x')
        {
            _at += 2;
            bytes.Add((byte)ReadCode(start, 2, 16));
        }
        value.Append(Encoding.UTF8.GetString([.. bytes]));
    }

    private uint ReadCode(int start, int digits, int radix)
    {
        uint code = 0;
        for (var i = 0; i < digits; i++)
        {
            var c = _at < text.Length ? text[_at] : '\0';
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix)
                throw new PromParseException(start, $"unknown character in escape sequence: {Show(c)}");
            code = code * (uint)radix + (uint)digit;
            _at++;
        }
        return code;
    }

    private static string Show(char c) => c == '\0' ? "end of input" : char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"'{c}'";

    private void Add(PromTokenKind kind, int start, string word, double number = 0) =>
        _tokens.Add(new PromToken(kind, new TextSpan(start, _at), word, number));
}
