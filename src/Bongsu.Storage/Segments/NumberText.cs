using System.Buffers.Text;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Numbers as senders write them: an integer over a power of ten, with that many decimals or with zeros at the end left out. Text that another writer would
/// have written otherwise is no such number, so that text and number stand for each other.
/// </summary>
internal static class NumberText
{
    public const int MaxDecimals = 9;

    // 17 digits and the decimals that scaling adds stay below 2^63.
    private const int MaxDigits = 17;

    /// <summary>Longest text of a number.</summary>
    public const int MaxSize = 24;

    /// <summary>Digits as a number and how many of them are decimals; false for any other text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long digits, out int decimals)
    {
        (digits, decimals) = (0, 0);
        var at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var start = at;
        var point = -1;
        for (; at < text.Length; at++)
        {
            if ((uint)(text[at] - '0') <= 9)
                digits = digits * 10 + (text[at] - '0');
            else if (text[at] == '.' && point < 0 && at > start)
                point = at;
            else
                return false;
            if (at - start > MaxDigits)
                return false;
        }
        if (at == start || (text[start] == '0' && at > start + 1 && point != start + 1))
            return false;
        decimals = point < 0 ? 0 : text.Length - point - 1;
        if (decimals > MaxDecimals || (point >= 0 && decimals == 0))
            return false;
        if (start == 1)
            digits = -digits;
        // A negative zero would come back without its sign.
        return start == 0 || digits != 0;
    }

    /// <summary>Writes a number over 10^decimals; stripped of zeros at the end when asked.</summary>
    public static int Write(long number, int decimals, bool strip, Span<byte> into)
    {
        if (decimals == 0)
        {
            Utf8Formatter.TryFormat(number, into, out var length);
            return length;
        }
        var scale = PowerOfTen(decimals);
        var magnitude = (ulong)Math.Abs(number);
        var (whole, rest) = (magnitude / (ulong)scale, magnitude % (ulong)scale);
        var at = 0;
        if (number < 0)
            into[at++] = (byte)'-';
        Utf8Formatter.TryFormat(whole, into[at..], out var written);
        at += written;
        if (strip)
        {
            for (; decimals > 0 && rest % 10 == 0; decimals--)
                rest /= 10;
            if (decimals == 0)
                return at;
        }
        into[at++] = (byte)'.';
        for (var i = decimals - 1; i >= 0; i--, rest /= 10)
            into[at + i] = (byte)('0' + rest % 10);
        return at + decimals;
    }

    public static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
