using System.Text;
using System.Text.RegularExpressions;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Fills <c>$1</c>, <c>$name</c> and <c>${name}</c> from a match, as Go's regexp package does. Pure.</summary>
internal static class LabelReplacement
{
    public static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        var at = 0;
        while (at < template.Length)
        {
            if (template[at] != '$' || at + 1 >= template.Length)
            {
                text.Append(template[at++]);
                continue;
            }
            if (template[at + 1] == '$')
            {
                text.Append('$');
                at += 2;
                continue;
            }
            var braced = template[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
                end++;
            if (end == start || (braced && (end >= template.Length || template[end] != '}')))
            {
                text.Append(template[at++]);
                continue;
            }
            text.Append(match.Groups[template[start..end]].Value);
            at = braced ? end + 1 : end;
        }
        return text.ToString();
    }
}
