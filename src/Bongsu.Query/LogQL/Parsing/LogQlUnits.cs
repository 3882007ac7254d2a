using System.Globalization;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Durations and byte sizes as LogQL writes them. Pure.</summary>
internal static class LogQlUnits
{
    /// <summary>No number, duration or size that people write is longer, in characters.</summary>
    public const int UsualLength = 64;

    private const double Kibi = 1024;
    private const int MaxExactDigits = 15;

    private static readonly double[] s_powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>
    /// A number of at most fifteen digits without an exponent, which is most of them: digits and power of ten are exact then, so their quotient is the nearest
    /// double. False says nothing about others.
    /// </summary>
    public static bool TryDecimal(ReadOnlySpan<byte> utf8, out double number)
    {
        var (at, point, digits) = (utf8.StartsWith("-"u8) ? 1 : 0, -1, 0L);
        number = 0;
        var start = at;
        for (; at < utf8.Length; at++)
        {
            if (utf8[at] == '.' && point < 0)
                point = at;
            else if (char.IsAsciiDigit((char)utf8[at]) && at - start <= MaxExactDigits)
                digits = digits * 10 + (utf8[at] - '0');
            else
                return false;
        }
        var count = at - start - (point < 0 ? 0 : 1);
        if (count is 0 or > MaxExactDigits)
            return false;
        number = point < 0 ? digits : digits / s_powersOfTen[at - point - 1];
        number = start > 0 ? -number : number;
        return true;
    }

    /// <summary>A floating number as Go reads it: no blanks, infinities and NaN in any case.</summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        if (text.IsEmpty)
            return false;
        if (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            return !char.IsWhiteSpace(text[0]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        var isNegative = text[0] == '-';
        var word = text[0] is '+' or '-' ? text[1..] : text;
        number = word.Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN : isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        return double.IsNaN(number) ? word.Length == text.Length
            : word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A range or offset: whole numbers with units from ms to y, as Prometheus has them (<c>1h30m</c>, <c>1d</c>); not <c>0.5h</c>.</summary>
    public static bool TryRangeNanos(string text, out long nanos)
    {
        nanos = 0;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            if (at == start || at - start > 18 || !TryUnit(text, ref at, out var unit) || unit < 1e6)
                return false;
            var part = long.Parse(text.AsSpan(start, CountDigits(text, start)), CultureInfo.InvariantCulture) * unit;
            if (nanos + part > long.MaxValue / 4)
                return false;
            nanos += (long)part;
        }
        return text.Length > 0;
    }

    /// <summary>A duration as Go's time package reads it: signs, fractions, units from ns to h; days and longer as well.</summary>
    public static bool TryDurationNanos(ReadOnlySpan<char> text, out double nanos)
    {
        nanos = 0;
        var sign = 1.0;
        if (!text.IsEmpty && text[0] is '-' or '+')
        {
            sign = text[0] == '-' ? -1 : 1;
            text = text[1..];
        }
        if (text is "0")
            return true;
        if (text.IsEmpty)
            return false;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            if (!double.TryParse(text[start..at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !TryUnit(text, ref at, out var unit))
                return false;
            nanos += number * unit;
        }
        nanos *= sign;
        return true;
    }

    /// <summary>A byte size: a number, blanks allowed, and a unit of powers of 1000 (kB, MB) or 1024 (KiB, MiB), in any case.</summary>
    public static bool TryBytes(ReadOnlySpan<char> text, out double bytes)
    {
        bytes = 0;
        var at = 0;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' or ','))
            at++;
        if (at == 0 || !double.TryParse(text[..at], NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
            return false;
        var scale = ByteUnit(text[at..].Trim());
        // Sizes are whole bytes: 1.5B is 1.
        bytes = Math.Floor(number * scale);
        return scale > 0;
    }

    private static double ByteUnit(ReadOnlySpan<char> unit)
    {
        Span<char> lower = stackalloc char[4];
        if (unit.Length > 3)
            return 0;
        unit.ToLowerInvariant(lower);
        return lower[..unit.Length] switch
        {
            "" or "b" => 1,
            "k" or "kb" => 1e3,
            "m" or "mb" => 1e6,
            "g" or "gb" => 1e9,
            "t" or "tb" => 1e12,
            "p" or "pb" => 1e15,
            "ki" or "kib" => Kibi,
            "mi" or "mib" => Kibi * Kibi,
            "gi" or "gib" => Kibi * Kibi * Kibi,
            "ti" or "tib" => Kibi * Kibi * Kibi * Kibi,
            "pi" or "pib" => Kibi * Kibi * Kibi * Kibi * Kibi,
            _ => 0,
        };
    }

    private static int CountDigits(string text, int start)
    {
        var at = start;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at - start;
    }

    private static bool TryUnit(ReadOnlySpan<char> text, ref int at, out double nanos)
    {
        var start = at;
        while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
            at++;
        nanos = text[start..at] switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            "d" => 86400e9,
            "w" => 7 * 86400e9,
            "y" => 365 * 86400e9,
            _ => 0,
        };
        return nanos > 0;
    }
}
