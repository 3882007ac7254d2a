using System.Text;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogPatterns;

/// <summary>Templates as LogQL pattern filters: a place that varies takes at least one character, two never stand side by side, and none has a name.</summary>
internal static class LineFilterText
{
    public static string Of(string template, bool isField)
    {
        var text = new StringBuilder(isField ? LogPatternSeries.Placeholder : "");
        var at = 0;
        while (at < template.Length)
        {
            var length = VaryingLength(template.AsSpan(at));
            if (length == 0)
                text.Append(template[at++]);
            else
                AppendPlaceholder(text);
            at += length;
        }
        if (isField)
            AppendPlaceholder(text);
        return text.ToString();
    }

    private static void AppendPlaceholder(StringBuilder text)
    {
        const string Placeholder = LogPatternSeries.Placeholder;
        if (text.Length < Placeholder.Length || text.ToString(text.Length - Placeholder.Length, Placeholder.Length) != Placeholder)
            text.Append(Placeholder);
    }

    // White space that is not one space, a placeholder, and what LogQL would take for a named one, such as the <init> of a stack trace.
    private static int VaryingLength(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("  "))
            return 2;
        if (rest[0] != '<')
            return 0;
        var end = 1;
        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '_'))
            end++;
        return end > 1 && end < rest.Length && rest[end] == '>' ? end + 1 : 0;
    }
}
