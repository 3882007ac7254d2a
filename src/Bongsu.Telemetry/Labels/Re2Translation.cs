using System.Globalization;
using System.Text;

namespace Bongsu.Telemetry.Labels;

/// <summary>
/// Rewrites an expression in RE2 syntax into the framework's: classes mean ASCII, $ is the end of the text, (?P&lt;name&gt;…), \Q…\E, [[:alpha:]] and
/// \x{10ffff} are known; what RE2 does not have is refused, so that an expression means the same here as in Prometheus, or fails.
/// </summary>
internal sealed class Re2Translation(string expression)
{
    // Why: RE2's own limit; each repetition is one more copy of what is repeated, also when nested.
    private const int MaxRepeat = 1000;

    private readonly StringBuilder _text = new();
    private readonly Stack<(int Copies, bool IsMultiline)> _groups = [];
    private int _at;
    private int _copies = 1;
    private int _lastCopies = 1;
    private bool _isMultiline;

    public string Run()
    {
        while (_at < expression.Length)
            Next();
        if (_groups.Count > 0)
            throw Invalid("missing closing )");
        return _text.ToString();
    }

    private void Next()
    {
        var c = expression[_at];
        switch (c)
        {
            case '\\':
                Escape(inClass: false);
                _lastCopies = 1;
                break;
            case '[':
                Class();
                _lastCopies = 1;
                break;
            case '(':
                Open();
                break;
            case ')':
                Close();
                break;
            case '{':
                Repeat();
                break;
            case '$':
                _text.Append(_isMultiline ? "$" : "\\z");
                _at++;
                break;
            case '#' or ' ':
                // Why: written so that they mean themselves whatever the options.
                _text.Append('\\').Append(c);
                _at++;
                _lastCopies = 1;
                break;
            default:
                _text.Append(c);
                _at++;
                _lastCopies = c is '*' or '+' or '?' ? _lastCopies : 1;
                break;
        }
    }

    private void Escape(bool inClass)
    {
        if (_at + 1 >= expression.Length)
            throw Invalid("trailing backslash at end of expression");
        var c = expression[_at + 1];
        _at += 2;
        switch (c)
        {
            case 'd': _text.Append(inClass ? "0-9" : "[0-9]"); return;
            case 'w': _text.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]"); return;
            case 's': _text.Append(inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]"); return;
            case 'D' when !inClass: _text.Append("[^0-9]"); return;
            case 'W' when !inClass: _text.Append("[^0-9A-Za-z_]"); return;
            case 'S' when !inClass: _text.Append(@"[^\t\n\f\r ]"); return;
            case 'D': _text.Append(@"\0-/:-\uFFFF"); return;
            case 'W': _text.Append(@"\0-/:-@[-^`{-\uFFFF".Replace("[", "\\[", StringComparison.Ordinal)); return;
            case 'S': _text.Append(@"\0-\x08\x0B\x0E-\x1F!-\uFFFF"); return;
            case 'Q' when !inClass: Literal(); return;
            case 'x': Hex(); return;
            case 'p' or 'P': Category(c); return;
            case 'A' or 'z' or 'b' or 'B' when !inClass: _text.Append('\\').Append(c); return;
            case 'a' or 'f' or 't' or 'n' or 'r' or 'v': _text.Append('\\').Append(c); return;
            case >= '0' and <= '7': Octal(); return;
        }
        if (char.IsAsciiLetterOrDigit(c))
            throw Invalid($"invalid escape sequence: `\\{c}`");
        _text.Append('\\').Append(c);
    }

    private void Literal()
    {
        var end = expression.IndexOf("\\E", _at, StringComparison.Ordinal);
        foreach (var c in expression.AsSpan(_at, (end < 0 ? expression.Length : end) - _at))
            Plain(c);
        _at = end < 0 ? expression.Length : end + 2;
    }

    private void Plain(char c)
    {
        if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c))
            _text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
        else
            _text.Append(c);
    }

    private void Hex()
    {
        var isBraced = _at < expression.Length && expression[_at] == '{';
        var end = isBraced ? expression.IndexOf('}', _at) : Math.Min(_at + 2, expression.Length);
        var digits = end < 0 ? "" : expression[(isBraced ? _at + 1 : _at)..end];
        if (!uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.TryCreate(code, out var rune))
            throw Invalid("invalid escape sequence: `\\x`");
        _at = isBraced ? end + 1 : end;
        AppendRune(rune);
    }

    private void Octal()
    {
        var code = 0;
        _at--;
        // Why: a digit other than 0 alone would be a back reference, which RE2 does not have.
        if (expression[_at] != '0' && (_at + 1 >= expression.Length || expression[_at + 1] is < '0' or > '7'))
            throw Invalid($"invalid escape sequence: `\\{expression[_at]}`");
        for (var i = 0; i < 3 && _at < expression.Length && expression[_at] is >= '0' and <= '7'; i++)
            code = code * 8 + expression[_at++] - '0';
        AppendRune(new Rune(code));
    }

    private void AppendRune(Rune rune)
    {
        foreach (var c in rune.ToString())
            _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
    }

    private void Category(char sign)
    {
        var isBraced = _at < expression.Length && expression[_at] == '{';
        var end = isBraced ? expression.IndexOf('}', _at) : _at;
        if (end < 0 || end >= expression.Length)
            throw Invalid("invalid character class range: `\\p`");
        var name = isBraced ? expression[(_at + 1)..end] : expression[_at].ToString();
        _at = end + 1;
        if (name.StartsWith('^'))
            (name, sign) = (name[1..], sign == 'p' ? 'P' : 'p');
        // Why: the framework names blocks, RE2 scripts; those of one name hold nearly the same.
        var known = name switch { "Latin" => "IsBasicLatin", "Greek" => "IsGreek", "Cyrillic" => "IsCyrillic", "Hangul" => "IsHangulSyllables", _ => name };
        _text.Append('\\').Append(sign).Append('{').Append(known).Append('}');
    }

    private void Class()
    {
        _text.Append('[');
        _at++;
        if (_at < expression.Length && expression[_at] == '^')
        {
            _text.Append('^');
            _at++;
        }
        for (var first = true; ; first = false)
        {
            if (_at >= expression.Length)
                throw Invalid("missing closing ]");
            var c = expression[_at];
            if (c == ']' && !first)
                break;
            if (c == '\\')
                Escape(inClass: true);
            else if (c == '[' && _at + 1 < expression.Length && expression[_at + 1] == ':')
                Named();
            else
            {
                // Why: the framework reads "-[" as subtraction and a first "]" as the end.
                _text.Append(c is '[' or ']' ? "\\" : "").Append(c);
                _at++;
            }
        }
        _text.Append(']');
        _at++;
    }

    private void Named()
    {
        var end = expression.IndexOf(":]", _at, StringComparison.Ordinal);
        var name = end < 0 ? "" : expression[(_at + 2)..end];
        var members = name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => @"\x00-\x7F",
            "blank" => @"\t ",
            "cntrl" => @"\x00-\x1F\x7F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => @"!-/:-@\[-`{-~",
            "space" => @"\t\n\v\f\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => throw Invalid($"invalid character class range: `[:{name}:]`"),
        };
        _text.Append(members);
        _at = end + 2;
    }

    private void Open()
    {
        if (_groups.Count >= MaxRepeat)
            throw Invalid("expression nests too deeply");
        _groups.Push((_copies, _isMultiline));
        _copies = 1;
        _at++;
        if (_at >= expression.Length || expression[_at] != '?')
        {
            _text.Append('(');
            return;
        }
        var rest = expression.AsSpan(_at);
        if (rest.StartsWith("?P<") || (rest.StartsWith("?<") && !rest.StartsWith("?<=") && !rest.StartsWith("?<!")))
        {
            _at += rest.StartsWith("?P<") ? 3 : 2;
            _text.Append("(?<");
            return;
        }
        Flags();
    }

    private void Flags()
    {
        var end = _at + 1;
        while (end < expression.Length && expression[end] is 'i' or 'm' or 's' or '-')
            end++;
        if (end >= expression.Length || expression[end] is not (':' or ')'))
            throw Invalid($"invalid or unsupported Perl syntax: `({expression[_at..Math.Min(end + 1, expression.Length)]}`");
        var flags = expression[(_at + 1)..end];
        var minus = flags.IndexOf('-', StringComparison.Ordinal);
        if (flags.Contains('m', StringComparison.Ordinal))
            _isMultiline = minus < 0 || flags.IndexOf('m', StringComparison.Ordinal) < minus;
        _text.Append("(?").Append(flags).Append(expression[end]);
        _at = end + 1;
        if (expression[end] == ')')
            _copies = _groups.Pop().Copies;
    }

    private void Close()
    {
        // Why: inside the brackets of an anchored expression a)|(b would be two halves, of which each matches less than the whole.
        if (_groups.Count == 0)
            throw Invalid("unexpected )");
        _text.Append(')');
        _at++;
        _lastCopies = _copies;
        (var outer, _isMultiline) = _groups.Pop();
        _copies = Math.Max(outer, _lastCopies);
    }

    private void Repeat()
    {
        var end = expression.IndexOf('}', _at);
        var bounds = end < 0 ? [] : expression[(_at + 1)..end].Split(',');
        var isRepeat = bounds.Length is 1 or 2 && bounds[0].Length > 0 && Array.TrueForAll(bounds, b => b.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0);
        if (!isRepeat)
        {
            _text.Append("\\{");
            _at++;
            _lastCopies = 1;
            return;
        }
        var most = bounds[^1].Length > 0 ? bounds[^1] : bounds[0];
        if (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || (long)count * _lastCopies > MaxRepeat)
            throw Invalid($"invalid repeat count: `{expression[_at..(end + 1)]}`; nested counts may come to {MaxRepeat}");
        _lastCopies = Math.Max(1, count) * _lastCopies;
        _copies = Math.Max(_copies, _lastCopies);
        _text.Append(expression, _at, end + 1 - _at);
        _at = end + 1;
    }

    private ArgumentException Invalid(string why) => new($"{why} (at character {Math.Min(_at, expression.Length) + 1})");
}
