using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Notify;

/// <summary>Reads matchers as Alertmanager writes them: <c>severity="page"</c>, <c>team=~"a|b"</c>, values with or without quotes.</summary>
internal static class MatcherText
{
    private static readonly (string Sign, MatchType Type)[] Signs =
        [("=~", MatchType.Regex), ("!~", MatchType.NotRegex), ("!=", MatchType.NotEqual), ("=", MatchType.Equal)];

    /// <summary>The matcher, or why the text is none.</summary>
    public static (LabelMatcher? Matcher, string? Problem) Parse(string text)
    {
        text = text.Trim();
        var at = text.IndexOfAny(['=', '!']);
        var sign = at <= 0 ? default : Signs.FirstOrDefault(s => text.AsSpan(at).StartsWith(s.Sign, StringComparison.Ordinal));
        if (sign.Sign is null)
            return (null, $"\"{text}\" is no matcher");
        var name = text[..at].Trim().Trim('"');
        var value = text[(at + sign.Sign.Length)..].Trim();
        if (name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c is '{' or '}' or ','))
            return (null, $"\"{name}\" is no label name");
        if (value is ['"', .., '"'] && value.Length >= 2)
            value = value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        else if (value.Contains('"'))
            return (null, $"{value} has an unbalanced quote");
        try
        {
            return (new LabelMatcher(sign.Type, name, value), null);
        }
        catch (Exception broken) when (broken is ArgumentException or NotSupportedException)
        {
            return (null, $"\"{value}\" is no regular expression that runs in linear time: {broken.Message}");
        }
    }
}
