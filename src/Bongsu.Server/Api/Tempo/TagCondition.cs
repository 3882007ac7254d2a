using System.Globalization;
using System.Text;

namespace Bongsu.Server.Api.Tempo;

/// <summary>TraceQL conditions for tags given as key and text, without a type. Pure.</summary>
internal static class TagCondition
{
    public static string Of(string key, string value) => key switch
    {
        "name" => $"name = {Quote(value)}",
        "status" or "status.code" when value is "ok" or "error" or "unset" => $"status = {value}",
        "error" when value == "true" => "status = error",
        "root.service.name" => $"rootServiceName = {Quote(value)}",
        "root.name" => $"rootName = {Quote(value)}",
        _ => OfAttribute("." + Quote(key), value),
    };

    /// <summary>A text that looks like a number or a boolean may be that as well.</summary>
    public static string OfAttribute(string field, string value)
    {
        var text = $"{field} = {Quote(value)}";
        return value is "true" or "false" || IsNumber(value) ? $"({text} || {field} = {value})" : text;
    }

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    // What TraceQL reads as a number too: digits on both sides of a point, and nothing that does not fit.
    private static bool IsNumber(string text) => char.IsAsciiDigit(text.TrimStart('-') is [var first, ..] ? first : ' ') && char.IsAsciiDigit(text[^1])
        && (text.Contains('.') ? double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
}
