namespace Bongsu.Storage.Segments;

/// <summary>Times as <c>2026-11-21T10:20:30.123Z</c>, with up to nine decimals, as a count of the smallest unit since 1970.</summary>
internal static class TimeText
{
    public const int MaxDecimals = 9;

    /// <summary>Longest text of a time.</summary>
    public const int MaxSize = 30;

    private const int SecondsSize = 19;

    /// <summary>False for any text that <see cref="Write"/> would not give back.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long units, out int decimals)
    {
        (units, decimals) = (0, 0);
        if (text.Length is < SecondsSize + 1 or > MaxSize || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;
        decimals = text.Length == SecondsSize + 1 ? 0 : text.Length - SecondsSize - 2;
        if (text.Length > SecondsSize + 1 && (text[SecondsSize] != '.' || decimals == 0))
            return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day) || !TryDigits(text[11..13], out var hour)
            || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second) || !TryDigits(text.Slice(Math.Min(SecondsSize + 1, text.Length), decimals), out var fraction))
            return false;
        // Nanoseconds since 1970 fit in 64 bits until 2262.
        if (year is < 1971 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth((int)year, (int)month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var seconds = (new DateOnly((int)year, (int)month, (int)day).DayNumber - s_epochDay) * 86_400L + hour * 3600 + minute * 60 + second;
        units = seconds * NumberText.PowerOfTen(decimals) + fraction;
        return true;
    }

    public static int Write(long units, int decimals, Span<byte> into)
    {
        var scale = NumberText.PowerOfTen(decimals);
        var (seconds, fraction) = (units / scale, units % scale);
        var date = DateOnly.FromDayNumber((int)Math.Clamp(seconds / 86_400 + s_epochDay, 0, DateOnly.MaxValue.DayNumber));
        var time = (int)(seconds % 86_400);
        Digits(into, date.Year, 4);
        into[4] = into[7] = (byte)'-';
        Digits(into[5..], date.Month, 2);
        Digits(into[8..], date.Day, 2);
        into[10] = (byte)'T';
        Digits(into[11..], time / 3600, 2);
        into[13] = into[16] = (byte)':';
        Digits(into[14..], time / 60 % 60, 2);
        Digits(into[17..], time % 60, 2);
        var at = SecondsSize;
        if (decimals > 0)
        {
            into[at++] = (byte)'.';
            Digits(into[at..], fraction, decimals);
            at += decimals;
        }
        into[at++] = (byte)'Z';
        return at;
    }

    private static readonly int s_epochDay = new DateOnly(1970, 1, 1).DayNumber;

    private static bool TryDigits(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if ((uint)(digit - '0') > 9)
                return false;
            number = number * 10 + (digit - '0');
        }
        return true;
    }

    private static void Digits(Span<byte> into, long number, int count)
    {
        for (var i = count - 1; i >= 0; i--, number /= 10)
            into[i] = (byte)('0' + Math.Abs(number % 10));
    }
}
