using System.Text;
using System.Text.RegularExpressions;

namespace Bongsu.Telemetry.Labels;

/// <summary>
/// A text with <c>$1</c>, <c>${1}</c>, <c>$name</c> and <c>${name}</c>, filled from a match as Go's regexp package does: the longest run of letters, digits
/// and underscores is the name; a group that is not there is empty; <c>$$</c> is a dollar. Immutable.
/// </summary>
public sealed class RegexTemplate
{
    private readonly string _template;
    private readonly IReadOnlyList<string> _groups;

    /// <param name="template">The text.</param>
    /// <param name="groups">Names in the framework's regex of its groups, in the order in which they open; the first is the whole match.</param>
    public RegexTemplate(string template, IReadOnlyList<string> groups)
    {
        _template = template;
        _groups = groups;
        HasReferences = template.Contains('$', StringComparison.Ordinal);
    }

    public bool HasReferences { get; }

    /// <summary>
    /// The groups of an expression in the order in which they open, as the framework names them. Why: RE2 counts groups with a name among the others,
    /// the framework counts them after all others.
    /// </summary>
    public static IReadOnlyList<string> GroupsOf(string expression)
    {
        var groups = new List<string> { "0" };
        var unnamed = 0;
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == '\\')
            {
                i = i + 1 < expression.Length && expression[i + 1] == 'Q' ? SkipTo(expression, "\\E", i) + 1 : i + 1;
            }
            else if (expression[i] == '[')
            {
                i = ClassEnd(expression, i);
            }
            else if (expression[i] == '(' && (i + 1 >= expression.Length || expression[i + 1] != '?'))
            {
                groups.Add((++unnamed).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            else if (expression[i] == '(')
            {
                var name = expression.IndexOf('<', i);
                if (name == i + 2 || (name == i + 3 && expression[i + 2] == 'P'))
                    groups.Add(expression[(name + 1)..SkipTo(expression, ">", name)]);
            }
        }
        return groups;
    }

    public string Expand(Match match)
    {
        if (!HasReferences)
            return _template;
        var text = new StringBuilder();
        var at = 0;
        while (at < _template.Length)
        {
            if (_template[at] != '$' || at + 1 >= _template.Length)
                text.Append(_template[at++]);
            else if (_template[at + 1] == '$')
            {
                text.Append('$');
                at += 2;
            }
            else
                at = Reference(match, at, text);
        }
        return text.ToString();
    }

    private int Reference(Match match, int dollar, StringBuilder text)
    {
        var isBraced = _template[dollar + 1] == '{';
        var start = dollar + (isBraced ? 2 : 1);
        var end = start;
        while (end < _template.Length && (char.IsLetterOrDigit(_template[end]) || _template[end] == '_'))
            end++;
        if (end == start || (isBraced && (end >= _template.Length || _template[end] != '}')))
        {
            text.Append('$');
            return dollar + 1;
        }
        text.Append(Group(match, _template[start..end]));
        return isBraced ? end + 1 : end;
    }

    private string Group(Match match, string name)
    {
        if (int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return number < _groups.Count ? match.Groups[_groups[number]].Value : "";
        return match.Groups[name].Value;
    }

    private static int SkipTo(string expression, string end, int from)
    {
        var at = expression.IndexOf(end, from, StringComparison.Ordinal);
        return at < 0 ? expression.Length : at;
    }

    private static int ClassEnd(string expression, int at)
    {
        at++;
        if (at < expression.Length && expression[at] == '^')
            at++;
        for (var first = true; at < expression.Length && (expression[at] != ']' || first); first = false)
        {
            if (expression[at] == '\\')
                at++;
            else if (expression[at] == '[' && at + 1 < expression.Length && expression[at + 1] == ':')
                at = SkipTo(expression, ":]", at) + 1;
            at++;
        }
        return at;
    }
}
