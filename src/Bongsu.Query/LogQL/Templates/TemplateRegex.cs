using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Regular expressions of template functions, compiled once and not for each line. Thread-safe.</summary>
internal static class TemplateRegex
{
    // Expressions may be made of labels: the cache starts over rather than grow.
    private const int MaxKept = 256;

    private static readonly ConcurrentDictionary<string, Regex> s_known = new();

    public static Regex Of(string expression)
    {
        if (s_known.TryGetValue(expression, out var regex))
            return regex;
        regex = LogQlRegex.Unanchored(expression);
        if (s_known.Count >= MaxKept)
            s_known.Clear();
        return s_known[expression] = regex;
    }

    public static string Replace(string expression, string text, string by) =>
        Of(expression).Replace(text, new RegexTemplate(by, RegexTemplate.GroupsOf(expression)).Expand);
}
