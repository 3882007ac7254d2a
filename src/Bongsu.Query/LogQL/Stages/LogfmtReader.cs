using System.Globalization;
using System.Text;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>Walks the pairs of a logfmt line. A pair that is malformed has a <see cref="Problem"/>; the walk goes on behind it.</summary>
internal ref struct LogfmtReader(string line)
{
    private int _at;

    public string Key { get; private set; } = "";

    public string Value { get; private set; } = "";

    public string? Problem { get; private set; }

    public bool Read()
    {
        Problem = null;
        Value = "";
        while (_at < line.Length && line[_at] <= ' ')
            _at++;
        if (_at >= line.Length)
            return false;
        var start = _at;
        while (_at < line.Length && line[_at] > ' ' && line[_at] is not ('=' or '"'))
            _at++;
        Key = line[start.._at];
        if (_at < line.Length && line[_at] == '"')
            return Skip($"unexpected '\"' at position {_at + 1}");
        if (_at >= line.Length || line[_at] != '=')
            return true;
        if (Key.Length == 0)
            return Skip($"unexpected '=' at position {_at + 1}");
        _at++;
        if (_at < line.Length && line[_at] == '"')
            return ReadQuoted();
        start = _at;
        while (_at < line.Length && line[_at] > ' ')
        {
            if (line[_at] is '"' or '=')
                return Skip($"unexpected '{line[_at]}' at position {_at + 1}");
            _at++;
        }
        Value = line[start.._at];
        return true;
    }

    private bool ReadQuoted()
    {
        var start = _at++;
        var text = new StringBuilder();
        while (_at < line.Length)
        {
            var c = line[_at++];
            if (c == '"')
            {
                Value = text.ToString();
                return true;
            }
            if (c != '\\' || _at >= line.Length)
            {
                text.Append(c);
                continue;
            }
            text.Append(Unescape(line[_at++]));
        }
        Problem = $"unterminated quoted value at position {start + 1}";
        return true;
    }

    private char Unescape(char c)
    {
        if (c != 'u' || _at + 4 > line.Length || !ushort.TryParse(line.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => c };
        _at += 4;
        return (char)code;
    }

    private bool Skip(string problem)
    {
        Problem = problem;
        while (_at < line.Length && line[_at] > ' ')
            _at++;
        return true;
    }
}
