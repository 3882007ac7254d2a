using System.Globalization;
using System.Text;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>Label names in paths: one with other characters than letters, digits and underscores comes as U__ and hexadecimal code points (U__http_2e_code).</summary>
internal static class EscapedLabelName
{
    private const string Prefix = "U__";

    /// <summary>The name meant; one that is not well escaped is taken as it stands.</summary>
    public static string Decode(string given)
    {
        if (!given.StartsWith(Prefix, StringComparison.Ordinal))
            return given;
        var name = new StringBuilder();
        for (var i = Prefix.Length; i < given.Length; i++)
        {
            if (given[i] != '_')
            {
                name.Append(given[i]);
                continue;
            }
            var end = given.IndexOf('_', i + 1);
            if (end < 0)
                return given;
            if (end == i + 1)
                name.Append('_');
            else if (TryRune(given.AsSpan(i + 1, end - i - 1), out var rune))
                name.Append(rune.ToString());
            else
                return given;
            i = end;
        }
        return name.ToString();
    }

    private static bool TryRune(ReadOnlySpan<char> hex, out Rune rune)
    {
        rune = default;
        return uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.TryCreate(code, out rune);
    }
}
