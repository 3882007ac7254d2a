using System.Text;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>
/// Cuts a query into tokens. Comments and white space vanish; every token knows its place. Where the text is no token, one that says why ends the list: what
/// the parser finds wrong before it comes first.
/// </summary>
internal sealed class PromLexer(string text)
{
    // Why: errors name what is wrong, but need not repeat tens of thousands of digits.
    private const int MaxShown = 500;

    private readonly List<PromToken> _tokens = [];
    private int _at;
    private int _parens;
    private bool _inBraces;
    private bool _inBrackets;

    public static List<PromToken> Tokenize(string text)
    {
        var lexer = new PromLexer(text);
        try
        {
            while (lexer.Next()) { }
        }
        catch (PromParseException failure)
        {
            lexer._tokens.Add(new PromToken(PromTokenKind.Error, new TextSpan(failure.Position, failure.Position), failure.Message));
        }
        return lexer._tokens;
    }

    private bool Next()
    {
        SkipBlank();
        var start = _at;
        if (_at >= text.Length)
        {
            CheckEnd();
            _tokens.Add(new PromToken(PromTokenKind.End, new TextSpan(_at, _at), ""));
            return false;
        }
        var c = text[_at];
        if (_inBraces)
            InBraces(start, c);
        else if (_inBrackets && c is '"' or '\'' or '`' or '{' or '}' or '@' or '=' or '!' or '<' or '>' or '&')
            throw new PromParseException(start, $"unexpected character in duration expression: {Show(c)}");
        else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            Number(start);
        else if (char.IsAsciiLetter(c) || c == '_' || (c == ':' && !_inBrackets))
            Identifier(start);
        else if (c is '"' or '\'' or '`')
            Quoted(start, c);
        else
            Symbol(start, c);
        return true;
    }

    private void CheckEnd()
    {
        var problem = _inBraces ? "unexpected end of input inside braces"
            : _inBrackets ? "unexpected end of input in duration expression"
            : _parens > 0 ? "unclosed left parenthesis" : null;
        if (problem is not null)
            throw new PromParseException(_at, problem);
    }

    private void InBraces(int start, char c)
    {
        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
                _at++;
            Add(PromTokenKind.Identifier, start, text[start.._at]);
        }
        else if (c is '"' or '\'' or '`')
            Quoted(start, c);
        else if (c is ',' or '}')
            Symbol(start, c);
        else if (c is '=' or '!')
            MatchOperator(start, c);
        else
            throw new PromParseException(start, c == '{' ? "unexpected left brace '{'" : $"unexpected character inside braces: {Show(c)}");
    }

    private void MatchOperator(int start, char c)
    {
        _at++;
        var two = _at < text.Length ? text[_at] : '\0';
        if (two == '~' || (c == '!' && two == '='))
            _at++;
        else if (c == '!')
            throw new PromParseException(start, $"unexpected character after '!' inside braces: {Show(two)}");
        Add(PromTokenKind.Operator, start, text[start.._at]);
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
        if (PromNumber.TryParse(word, out var value) && double.IsInfinity(value))
            throw new PromParseException(start, $"error parsing number: strconv.ParseFloat: parsing \"{(word.Length > MaxShown ? word[..MaxShown] + "…" : word)}\": value out of range");
        if (PromNumber.TryParse(word, out value))
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
            case '(' or ')' or '{' or '}' or '[' or ']': Bracket(start, c); return;
            case ',': Add(PromTokenKind.Comma, start, ","); return;
            case ':': Add(PromTokenKind.Colon, start, ":"); return;
            case '@': Add(PromTokenKind.At, start, "@"); return;
            case '+' or '-' or '*' or '/' or '%' or '^': Add(PromTokenKind.Operator, start, c.ToString()); return;
            case '=' when two == '=':
            case '!' when two == '=':
            case '<' or '>' when two is '=' or '/':
                _at++;
                Add(PromTokenKind.Operator, start, text[start.._at]);
                return;
            case '=' when two == '~': throw new PromParseException(start, $"unexpected character after '=': {Show(two)}");
            case '=' or '<' or '>': Add(PromTokenKind.Operator, start, c.ToString()); return;
            case '!': throw new PromParseException(start, $"unexpected character after '!': {Show(two)}");
            default: throw new PromParseException(start, $"unexpected character: {Show(c)}");
        }
    }

    private void Bracket(int start, char c)
    {
        var isMisplaced = c switch { ')' => _parens == 0, '[' => _inBrackets, ']' => !_inBrackets, _ => false };
        if (isMisplaced)
        {
            var name = c switch { ')' => "right parenthesis", '[' => "left bracket", _ => "right bracket" };
            throw new PromParseException(start, $"unexpected {name} '{c}'");
        }
        if (c == '}' && !_inBraces)
            throw new PromParseException(start, "unexpected character: '}'");
        _parens += c == '(' ? 1 : c == ')' ? -1 : 0;
        _inBraces = c == '{' || (_inBraces && c != '}');
        _inBrackets = c == '[' || (_inBrackets && c != ']');
        var kind = c switch
        {
            '(' => PromTokenKind.LeftParen,
            ')' => PromTokenKind.RightParen,
            '{' => PromTokenKind.LeftBrace,
            '}' => PromTokenKind.RightBrace,
            '[' => PromTokenKind.LeftBracket,
            _ => PromTokenKind.RightBracket,
        };
        Add(kind, start, c.ToString());
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
                Escape(value, start, quote);
        }
        Add(PromTokenKind.String, start, value.ToString());
    }

    private void Escape(StringBuilder value, int start, char quote)
    {
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
                    throw new PromParseException(start, $"unknown escape sequence U+{(int)c:X4} {Show(c)}");
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
            throw new PromParseException(start, "escape sequence is an invalid Unicode code point");
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
                throw new PromParseException(start, c == '\0' ? "escape sequence not terminated" : $"illegal character U+{(int)c:X4} {Show(c)} in escape sequence");
            code = code * (uint)radix + (uint)digit;
            _at++;
        }
        return code;
    }

    private static string Show(char c) => c == '\0' ? "end of input" : char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : $"'{c}'";

    private void Add(PromTokenKind kind, int start, string word, double number = 0) =>
        _tokens.Add(new PromToken(kind, new TextSpan(start, _at), word, number));
}
