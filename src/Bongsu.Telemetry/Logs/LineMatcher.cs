using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Telemetry.Logs;

/// <summary>
/// What a line must contain or must not: a text (<see cref="MatchType.Equal"/>, <see cref="MatchType.NotEqual"/>) or something that an expression finds
/// anywhere. Immutable.
/// </summary>
public sealed class LineMatcher
{
    private const int MaxOnStack = 512;

    private readonly byte[] _utf8;
    private readonly Regex? _regex;

    /// <exception cref="ArgumentException">The expression is none (see <see cref="LinearRegex"/>).</exception>
    /// <exception cref="NotSupportedException">It has a construct without a linear-time form.</exception>
    public LineMatcher(MatchType type, string text)
    {
        Type = type;
        Text = text;
        _utf8 = Encoding.UTF8.GetBytes(text);
        if (type is MatchType.Regex or MatchType.NotRegex)
            _regex = LinearRegex.Unanchored(text);
    }

    public MatchType Type { get; }

    public string Text { get; }

    /// <summary>UTF-8 that everything contains in which the expression finds something; may be empty.</summary>
    public ReadOnlyMemory<byte> Required { get; init; }

    public bool Matches(ReadOnlySpan<byte> line)
    {
        var isFound = _regex is null ? line.IndexOf(_utf8) >= 0 : IsMatch(_regex, line);
        return isFound == (Type is MatchType.Equal or MatchType.Regex);
    }

    private static bool IsMatch(Regex regex, ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxOnStack)
            return regex.IsMatch(Encoding.UTF8.GetString(line));
        Span<char> text = stackalloc char[MaxOnStack];
        return regex.IsMatch(text[..Encoding.UTF8.GetChars(line, text)]);
    }
}
