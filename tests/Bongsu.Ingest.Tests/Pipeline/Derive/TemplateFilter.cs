using System.Text.RegularExpressions;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

/// <summary>A template as LogQL would filter by it: what varies is at least one character, the rest stands as it is.</summary>
internal static class TemplateFilter
{
    public static bool Passes(string template, string line)
    {
        var expression = Regex.Escape(template.Replace("  ", "<_>")).Replace("<_>", "(.+)");
        return Regex.IsMatch(line, $"^{Regex.Replace(expression, @"(\(\.\+\))+", "(.+)")}$", RegexOptions.Singleline);
    }
}
