using System.Buffers.Text;

namespace Bongsu.Ingest.Decode.JsonLines;

/// <summary>Times as loggers write them: RFC 3339 and its loose forms (a space, a comma, no zone), or a number of s, ms, µs or ns since 1970, not before 2001.</summary>
internal static class LogTime
{
    private const long NanosPerSecond = 1_000_000_000;

    // 2001. A smaller number under a name such as time or t is how long something took, or how warm it is.
    private const long FirstSeconds = 1_000_000_000;

    // A number tells its unit by its size: each of these is beyond the year 5000 in the unit before, and before 1974 in the unit after.
    private const long FirstMs = 100_000_000_000;
    private const long FirstMicros = 100_000_000_000_000;
    private const long FirstNanos = 100_000_000_000_000_000;

    private const int MaxFraction = 9;

    /// <summary>A time in ns since 1970; false when the text is none, or one before 1970 or after 2262.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanos)
    {
        nanos = 0;
        if (text.Length is 0 or > 64)
            return false;
        return IsCalendar(text) ? TryCalendar(text, out nanos) : TryNumber(text, out nanos);
    }

    /// <summary>The length of the time that a line of text begins with, or 0; and whether it says its zone, without which it may mean another moment.</summary>
    public static int Leading(ReadOnlySpan<byte> text, out bool hasZone)
    {
        hasZone = false;
        if (!IsCalendar(text))
            return 0;
        var at = 16;
        while (at < text.Length && (char.IsAsciiDigit((char)text[at]) || text[at] is (byte)':' or (byte)'.' or (byte)','))
            at++;
        var zone = text[at..];
        var gap = zone.StartsWith(" "u8) ? 1 : 0;
        zone = zone[gap..];
        var length = 0;
        if (gap == 0 && zone.StartsWith("Z"u8))
            length = 1;
        else if (zone.StartsWith("UTC"u8))
            length = 3;
        else if (zone.Length >= 5 && zone[0] is ((byte)'+' or (byte)'-') && char.IsAsciiDigit((char)zone[1]))
            length = zone.Length > 5 && zone[3] == ':' ? 6 : 5;
        hasZone = length > 0;
        return hasZone ? at + gap + length : at;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long nanos)
    {
        nanos = 0;
        if (text.IndexOfAny((byte)'e', (byte)'E') > 0)
            return TryScientific(text, out nanos);
        if (!Utf8Parser.TryParse(text, out long whole, out var used) || whole < FirstSeconds)
            return false;
        var unit = whole < FirstMs ? NanosPerSecond : whole < FirstMicros ? 1_000_000 : whole < FirstNanos ? 1_000 : 1;
        if (!TryFraction(text, ref used, out var fraction) || used != text.Length || whole > (long.MaxValue - NanosPerSecond) / unit)
            return false;
        nanos = whole * unit + fraction / (NanosPerSecond / unit);
        return true;
    }

    // 1.76e9, as some serializers write large numbers: exact to what a double holds.
    private static bool TryScientific(ReadOnlySpan<byte> text, out long nanos)
    {
        nanos = 0;
        if (!Utf8Parser.TryParse(text, out double value, out var used) || used != text.Length || value is not (>= FirstSeconds and < 9.2e18))
            return false;
        var unit = value < FirstMs ? NanosPerSecond : value < FirstMicros ? 1_000_000 : value < FirstNanos ? 1_000 : 1;
        if (value > 9.2e18 / unit)
            return false;
        nanos = (long)(value * unit);
        return true;
    }

    private static bool IsCalendar(ReadOnlySpan<byte> text) => text.Length >= 16 && text[4] == '-' && text[7] == '-' && text[10] is (byte)'T' or (byte)'t' or (byte)' ';

    private static bool TryCalendar(ReadOnlySpan<byte> text, out long nanos)
    {
        nanos = 0;
        int second = 0, at = 16;
        if (!TryDigits(text, 0, 4, out var year) || !TryDigits(text, 5, 2, out var month) || !TryDigits(text, 8, 2, out var day)
            || !TryDigits(text, 11, 2, out var hour) || text[13] != ':' || !TryDigits(text, 14, 2, out var minute))
            return false;
        if (at < text.Length && text[at] == ':')
        {
            if (!TryDigits(text, at + 1, 2, out second))
                return false;
            at += 3;
        }
        if (!TryFraction(text, ref at, out var fraction) || !TryZone(text[at..], out var zoneSeconds))
            return false;
        // A leap second counts as the one before.
        second = Math.Min(second, 59);
        if (year is < 1970 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59)
            return false;
        var days = (new DateTime(year, month, day) - DateTime.UnixEpoch).Days;
        nanos = (days * 86_400L + hour * 3_600 + minute * 60 + second - zoneSeconds) * NanosPerSecond + fraction;
        return nanos >= 0;
    }

    /// <summary>A point or comma and digits as ns of a second, if they are there; digits beyond the ninth are cut off.</summary>
    private static bool TryFraction(ReadOnlySpan<byte> text, ref int at, out long fraction)
    {
        fraction = 0;
        if (at >= text.Length || text[at] is not ((byte)'.' or (byte)','))
            return true;
        var digits = 0;
        for (at++; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, digits++)
        {
            if (digits < MaxFraction)
                fraction = fraction * 10 + text[at] - '0';
        }
        for (var i = digits; i < MaxFraction; i++)
            fraction *= 10;
        return digits > 0;
    }

    // Without a zone it is UTC: the only reading that does not depend on the machine.
    private static bool TryZone(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8) || text.SequenceEqual("UTC"u8))
            return true;
        if (text[0] is not ((byte)'+' or (byte)'-') || !TryDigits(text, 1, 2, out var hours))
            return false;
        var rest = text[3..];
        var minutes = 0;
        if (!rest.IsEmpty && !(rest[0] == ':' ? rest.Length == 3 && TryDigits(rest, 1, 2, out minutes) : rest.Length == 2 && TryDigits(rest, 0, 2, out minutes)))
            return false;
        seconds = (hours * 60 + minutes) * (text[0] == '-' ? -60 : 60);
        return hours <= 18 && minutes <= 59;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        if (text.Length - at < count)
            return false;
        for (var i = at; i < at + count; i++)
        {
            if (!char.IsAsciiDigit((char)text[i]))
                return false;
            value = value * 10 + text[i] - '0';
        }
        return true;
    }
}
