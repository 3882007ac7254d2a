using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// The pattern syntax <c>literal &lt;name&gt; literal &lt;_&gt;</c>: each capture takes the text up to the next literal, the last one the rest.
/// Immutable.
/// </summary>
internal sealed class LinePattern
{
    // Literal and capture alternate freely; a null name is a literal.
    private readonly List<(string? Name, string Literal)> _parts;

    private LinePattern(string text) => (Text, _parts) = (text, Split(text));

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>A text that every line which fits a filter contains.</summary>
    public string LongestLiteral => _parts.Select(p => p.Literal).MaxBy(l => l.Length) ?? "";

    public static LinePattern ForParser(string text)
    {
        var pattern = new LinePattern(text);
        var names = new HashSet<string>();
        foreach (var (name, _) in pattern._parts)
        {
            if (name is not null and not "_" && !names.Add(name))
                throw new LogQlSyntaxException($"invalid pattern \"{text}\": duplicate capture name ({name})", -1);
        }
        return names.Count > 0 ? pattern : throw new LogQlSyntaxException($"invalid pattern \"{text}\": at least one capture is required", -1);
    }

    public static LinePattern ForFilter(string text)
    {
        var pattern = new LinePattern(text);
        foreach (var (name, _) in pattern._parts)
        {
            if (name is not null and not "_")
                throw new LogQlSyntaxException($"invalid pattern \"{text}\": named captures are not allowed in a pattern filter (use <_>)", -1);
        }
        return pattern;
    }

    /// <summary>Hands every named capture over, as far as the line follows the pattern.</summary>
    public void Extract(LineState state)
    {
        var line = state.Line;
        var at = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var (name, literal) = _parts[i];
            if (name is null)
            {
                // Only a leading literal gets here; others are consumed with the capture before them.
                var found = line.IndexOf(literal, at, StringComparison.Ordinal);
                if (found != at)
                    return;
                at += literal.Length;
                continue;
            }
            var end = line.Length;
            var isLast = i + 1 == _parts.Count;
            if (!isLast)
            {
                end = line.IndexOf(_parts[i + 1].Literal, at, StringComparison.Ordinal);
                if (end < 0)
                {
                    Put(state, name, line[at..]);
                    return;
                }
            }
            Put(state, name, line[at..end]);
            at = isLast ? end : end + _parts[++i].Literal.Length;
        }
    }

    /// <summary>Whether the whole line fits: a filter is anchored at both ends unless a capture stands there.</summary>
    public bool Matches(string line)
    {
        var at = 0;
        for (var i = 0; i < _parts.Count; i++)
        {
            var (name, literal) = _parts[i];
            if (name is not null)
                continue;
            var isLast = i + 1 == _parts.Count;
            var afterCapture = i > 0;
            if (isLast && afterCapture)
                return line.Length - literal.Length > at && line.EndsWith(literal, StringComparison.Ordinal);
            // A capture takes at least one character.
            var found = at + (afterCapture ? 1 : 0) <= line.Length ? line.IndexOf(literal, at + (afterCapture ? 1 : 0), StringComparison.Ordinal) : -1;
            if (found < 0 || (!afterCapture && found != 0))
                return false;
            at = found + literal.Length;
            if (isLast)
                return at == line.Length;
        }
        return _parts.Count == 0 || at < line.Length;
    }

    private static void Put(LineState state, string name, string value)
    {
        if (name != "_")
            state.Extract(name, name, value);
    }

    private static List<(string? Name, string Literal)> Split(string text)
    {
        var parts = new List<(string? Name, string Literal)>();
        var literalStart = 0;
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] != '<' || !TryName(text, at, out var name))
            {
                at++;
                continue;
            }
            if (at > literalStart)
                parts.Add((null, text[literalStart..at]));
            else if (parts.Count > 0)
                throw new LogQlSyntaxException($"invalid pattern \"{text}\": found consecutive capture <{parts[^1].Name}> and <{name}>", -1);
            parts.Add((name, ""));
            at += name.Length + 2;
            literalStart = at;
        }
        if (literalStart < text.Length)
            parts.Add((null, text[literalStart..]));
        return parts;
    }

    private static bool TryName(string text, int at, out string name)
    {
        name = "";
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || (char.IsAsciiDigit(text[end]) && end > at + 1)))
            end++;
        if (end >= text.Length || text[end] != '>' || end == at + 1)
            return false;
        name = text[(at + 1)..end];
        return true;
    }
}
