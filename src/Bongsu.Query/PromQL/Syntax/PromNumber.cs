using System.Globalization;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Numbers as text, the way Prometheus reads and writes them: shortest digits that read back, Inf and NaN by name.</summary>
public static class PromNumber
{
    /// <summary>Digits written out from 1e-6 up to 1e21, an exponent beyond.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
            return text;
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is < -6 or >= 21
            ? string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, mark)}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}")
            : WithoutExponent(text[..mark], exponent);
    }

    /// <summary>As <see cref="Format"/>, but always with all digits written out.</summary>
    public static string FormatFixed(double value)
    {
        var text = Format(value);
        var mark = text.IndexOf('e', StringComparison.Ordinal);
        return mark < 0 ? text : WithoutExponent(text[..mark], int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    /// <summary>As %g has it: an exponent of two digits below 1e-4 and from 1e21 on.</summary>
    public static string FormatShort(double value)
    {
        if (value == 0 || !double.IsFinite(value) || Math.Abs(value) is >= 1e-4 and < 1e21)
            return Format(value);
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = FormatFixed(value).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Trim('0');
        var mantissa = digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits;
        return string.Create(CultureInfo.InvariantCulture, $"{(value < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>With six digits after the point.</summary>
    public static string FormatMicros(double value) => double.IsFinite(value) ? value.ToString("F6", CultureInfo.InvariantCulture) : Format(value);

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

    private static string WithoutExponent(string mantissa, int exponent)
    {
        var sign = mantissa.StartsWith('-') ? "-" : "";
        var digits = mantissa.TrimStart('-').Replace(".", "", StringComparison.Ordinal);
        return exponent < 0
            ? sign + "0." + new string('0', -exponent - 1) + digits
            : sign + digits.PadRight(exponent + 1, '0');
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
