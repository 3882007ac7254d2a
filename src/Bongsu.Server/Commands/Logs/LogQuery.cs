namespace Bongsu.Server.Commands.Logs;

/// <summary>What was typed as a query: LogQL as it is, anything else as words that a line of any service holds.</summary>
internal static class LogQuery
{
    public const string Everything = "{service_name=~\".+\"}";

    public static string Of(string words)
    {
        if (words.Length == 0)
            return Everything;
        return IsLogQl(words) ? words : $"{Everything} |= \"{Escaped(words)}\"";
    }

    /// <summary>A selector, whole or begun, or an expression around one. Text with braces alone, such as JSON, is text.</summary>
    public static bool IsLogQl(string words)
    {
        var open = words.IndexOf('{');
        if (open < 0)
            return false;
        var before = words[..open].TrimEnd();
        if (before.Length > 0 && before[^1] != '(' && before[^1] != ')')
            return false;
        var inside = words[(open + 1)..].TrimStart();
        var name = 0;
        while (name < inside.Length && (char.IsAsciiLetterOrDigit(inside[name]) || inside[name] is '_' or '.' or ':'))
            name++;
        var after = inside[name..].TrimStart();
        return inside.StartsWith('}') || (name > 0 && (after.StartsWith('=') || after.StartsWith('!')));
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
