using System.Globalization;
using System.Text;

namespace Bongsu.Response.Red;

/// <summary>Writes the parts of a PromQL text that carry values from outside, so that no value can change the query around it.</summary>
public static class PromText
{
    private const string RegexMetacharacters = @"\.+*?()|[]{}^$";

    /// <summary>A string literal with its quotes.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                '\t' => text.Append(@"\t"),
                _ => text.Append(c),
            };
        }
        return text.Append('"').ToString();
    }

    public static string Equal(string label, string value) => $"{label}={Quote(value)}";

    /// <summary>A matcher for any of the given values, whatever characters they hold.</summary>
    public static string OneOf(string label, IEnumerable<string> values) => $"{label}=~{Quote(AnyOf(values))}";

    /// <summary>A regular expression for any of the given values.</summary>
    public static string AnyOf(IEnumerable<string> values) => string.Join('|', values.Select(EscapeRegex));

    /// <summary>A range such as <c>[90s]</c> without the brackets: the longest unit that holds it exactly.</summary>
    public static string Duration(long ms) => ms switch
    {
        _ when ms % 86_400_000 == 0 => Unit(ms / 86_400_000, "d"),
        _ when ms % 3_600_000 == 0 => Unit(ms / 3_600_000, "h"),
        _ when ms % 60_000 == 0 => Unit(ms / 60_000, "m"),
        _ when ms % 1000 == 0 => Unit(ms / 1000, "s"),
        _ => Unit(ms, "ms"),
    };

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Unit(long count, string unit) => count.ToString(CultureInfo.InvariantCulture) + unit;

    private static string EscapeRegex(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (RegexMetacharacters.Contains(c))
                text.Append('\\');
            text.Append(c);
        }
        return text.ToString();
    }
}
