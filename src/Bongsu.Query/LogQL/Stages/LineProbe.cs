using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

internal enum LineFilterKind : byte
{
    Contains,
    Regex,
    Pattern,
    Address,
}

/// <summary>One thing to look for in a line. Immutable.</summary>
internal sealed class LineProbe
{
    private readonly LineFilterKind _kind;
    private readonly string _text;
    private readonly byte[] _required;
    private readonly Regex? _regex;
    private readonly LinePattern? _pattern;
    private readonly AddressMatcher? _address;

    public LineProbe(LineFilterKind kind, string text)
    {
        _kind = kind;
        _text = text;
        switch (kind)
        {
            case LineFilterKind.Contains: Required = text; break;
            case LineFilterKind.Regex:
                _regex = LogQlRegex.Unanchored(text);
                Required = RegexLiteral.Of(text);
                break;
            case LineFilterKind.Pattern:
                _pattern = LinePattern.ForFilter(text);
                Required = _pattern.LongestLiteral;
                break;
            default: _address = AddressMatcher.Parse(text); break;
        }
        _required = Encoding.UTF8.GetBytes(Required);
    }

    /// <summary>A text that every line in which it is found contains; may be empty.</summary>
    public string Required { get; } = "";

    public bool IsText => _kind == LineFilterKind.Contains;

    /// <summary>The probe as an expression that finds the same, null when it is none: a pattern, an address.</summary>
    public string? Expression => _kind switch
    {
        LineFilterKind.Contains => LogQlRegex.Escape(_text),
        LineFilterKind.Regex => _text,
        _ => null,
    };

    // Hot path: a line without what is required costs one search over its bytes and no string.
    public bool Matches(LineState line)
    {
        if (_required.Length > 0 && line.Utf8.IndexOf(_required) < 0)
            return false;
        return _kind switch
        {
            LineFilterKind.Contains => true,
            LineFilterKind.Regex => _text.Length == 0 || _regex!.IsMatch(line.Line),
            LineFilterKind.Pattern => _pattern!.Matches(line.Line),
            _ => _address!.FoundIn(line.Line),
        };
    }

    public override string ToString() => _kind == LineFilterKind.Address ? $"ip({LogQlText.Quote(_text)})" : LogQlText.Quote(_text);
}
