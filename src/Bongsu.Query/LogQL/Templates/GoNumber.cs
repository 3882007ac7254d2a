using System.Globalization;

namespace Bongsu.Query.LogQL.Templates;

/// <summary>Numbers in the text forms of Go. Pure.</summary>
internal static class GoNumber
{
    /// <summary>The shortest form that reads back the same; exponents from 1e6 on, below 1e-4, as Go's <c>%v</c> has them.</summary>
    public static string Shortest(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        var size = Math.Abs(value);
        if (size == 0 || (size >= 1e-4 && size < 1e6))
            return Plain(value);
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            text = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture) == value)
                break;
        }
        var split = text.IndexOf('E');
        var exponent = int.Parse(text.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{text[..split]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>The shortest form without an exponent.</summary>
    public static string Plain(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') ? value.ToString("0." + new string('#', 338), CultureInfo.InvariantCulture) : text;
    }
}
