using System.Globalization;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Numbers as text, the way Prometheus reads and writes them: shortest form that reads back, Inf and NaN by name.</summary>
public static class PromNumber
{
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        var magnitude = Math.Abs(value);
        // Why: .NET goes to exponents at 1E+15 and 1E-05; Prometheus writes digits out below 1e21 and from 1e-6 on.
        if (magnitude != 0 && (magnitude is >= 1e15 and < 1e21 or < 1e-4 and >= 1e-6))
            return value.ToString(magnitude >= 1 ? "F0" : "0.######################", CultureInfo.InvariantCulture);
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? text.Replace("E", "e", StringComparison.Ordinal) : text;
    }

    /// <summary>Reads decimal, hexadecimal, Inf and NaN in any case; digits may be parted by single underscores.</summary>
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        var sign = 1.0;
        var body = text.AsSpan();
        if (body.Length > 1 && body[0] is '+' or '-')
        {
            sign = body[0] == '-' ? -1 : 1;
            body = body[1..];
        }
        if (body.Equals("inf", StringComparison.OrdinalIgnoreCase) || body.Equals("infinity", StringComparison.OrdinalIgnoreCase))
            value = double.PositiveInfinity;
        else if (body.Equals("nan", StringComparison.OrdinalIgnoreCase))
            value = double.NaN;
        else if (!TryParseDigits(body.ToString(), out value))
            return false;
        value *= sign;
        return true;
    }

    private static bool TryParseDigits(string text, out double value)
    {
        value = 0;
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] == '.') || text.Contains("__", StringComparison.Ordinal) || text[^1] == '_')
            return false;
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var isHex = ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex);
            value = hex;
            return isHex;
        }
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }
}
