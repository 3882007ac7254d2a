using System.Text;
using System.Text.RegularExpressions;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Regular expressions in queries: compiled in linear time, refused with Loki's words.</summary>
internal static class LogQlRegex
{
    public static Regex Unanchored(string expression) => Compile(expression, LinearRegex.Unanchored);

    public static Regex Anchored(string expression) => Compile(expression, LinearRegex.Anchored);

    /// <summary>An expression that finds a text as it is.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            escaped.Append(@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
        return escaped.ToString();
    }

    public static LabelMatcher Matcher(MatchType type, string name, string value)
    {
        try
        {
            return new LabelMatcher(type, name, value);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Refused(value, e);
        }
    }

    private static Regex Compile(string expression, Func<string, Regex> compile)
    {
        try
        {
            return compile(expression);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Refused(expression, e);
        }
    }

    private static LogQlSyntaxException Refused(string expression, Exception why)
    {
        var shown = expression.Length > 100 ? expression[..100] + "…" : expression;
        return new LogQlSyntaxException($"error parsing regexp: {why.Message} in `{shown}`", -1);
    }
}
