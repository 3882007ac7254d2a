using System.Runtime.CompilerServices;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Numbers that name a person or an account: cards (brand and Luhn), Korean resident registration numbers (date and checksum), phones. A number
/// that only has the length of one is left alone. All checks look at whole runs of digits, so ids, times and amounts are not cut into.
/// </summary>
internal static class NumberRules
{
    /// <summary>Whether a sensitive number begins at this digit.</summary>
    public static bool TryMatch(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var before = at == 0 ? (byte)' ' : text[at - 1];
        if (before == '+')
            return (at < 2 || !IsWord(text[at - 2])) && International(text, at, out hit);
        if (IsWord(before) || before is (byte)'-' or (byte)'.')
            return false;
        var run = Digits(text, at);
        if (run == 6 && Rrn(text, at, out hit))
            return true;
        if (run is 2 or 3 or 10 or 11 && text[at] == '0' && KoreanPhone(text, at, run, out hit))
            return true;
        if (run == 13 && IsEnd(text, at + 13) && IsRrn(text.Slice(at, 6), text.Slice(at + 6, 7), needChecksum: true))
        {
            hit = new Hit(at, at + 13, Finding.Rrn);
            return true;
        }
        return (run == 4 || run >= 13) && Card(text, at, run, out hit);
    }

    public static int Digits(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (end < text.Length && IsDigit(text[end]))
            end++;
        return end - at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWord(byte b) => IsDigit(b) || b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_';

    private static bool Rrn(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var dash = at + 6;
        if (dash >= text.Length || text[dash] != '-' || Digits(text, dash + 1) != 7 || !IsEnd(text, dash + 8))
            return false;
        if (!IsRrn(text.Slice(at, 6), text.Slice(dash + 1, 7), needChecksum: false))
            return false;
        hit = new Hit(at, dash + 8, Finding.Rrn);
        return true;
    }

    /// <summary>Numbers given out since October 2020 have no checksum: one with its dash and a birth date since then passes without.</summary>
    private static bool IsRrn(ReadOnlySpan<byte> date, ReadOnlySpan<byte> rest, bool needChecksum)
    {
        int year = Two(date, 0), month = Two(date, 2), day = Two(date, 4), gender = rest[0] - '0';
        if (month is < 1 or > 12 || day is < 1 or > 31 || gender is < 1 or > 8)
            return false;
        if (!needChecksum && gender is 3 or 4 or 7 or 8 && (year > 20 || (year == 20 && month >= 10)))
            return true;
        ReadOnlySpan<byte> weights = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
        var sum = 0;
        for (var i = 0; i < 12; i++)
            sum += weights[i] * ((i < 6 ? date[i] : rest[i - 6]) - '0');
        return (11 - sum % 11) % 10 == rest[6] - '0';
    }

    private static int Two(ReadOnlySpan<byte> text, int at) => (text[at] - '0') * 10 + text[at + 1] - '0';

    private static bool KoreanPhone(ReadOnlySpan<byte> text, int at, int run, out Hit hit)
    {
        hit = default;
        if (run is 10 or 11)
        {
            if (text[at + 1] != '1' || text[at + 2] is not ((byte)'0' or (byte)'1' or (byte)'6' or (byte)'7' or (byte)'8' or (byte)'9') || !IsEnd(text, at + run))
                return false;
            hit = new Hit(at, at + run, Finding.Phone);
            return true;
        }
        // 02 Seoul; 03x..06x provinces; 01x mobile; 070 internet.
        var known = run == 2 ? text[at + 1] == '2' : text[at + 1] is >= (byte)'1' and <= (byte)'7';
        var middle = at + run + 1;
        if (!known || middle > text.Length || text[middle - 1] is not ((byte)'-' or (byte)' ' or (byte)'.'))
            return false;
        var middleRun = Digits(text, middle);
        var last = middle + middleRun + 1;
        if (middleRun is not (3 or 4) || last > text.Length || text[last - 1] != text[middle - 1] || Digits(text, last) != 4 || !IsEnd(text, last + 4))
            return false;
        hit = new Hit(at, last + 4, Finding.Phone);
        return true;
    }

    private static bool International(ReadOnlySpan<byte> text, int at, out Hit hit)
    {
        hit = default;
        var digits = 0;
        var end = at;
        var i = at;
        while (i < text.Length && digits <= 15)
        {
            var run = Digits(text, i);
            if (run == 0)
                break;
            digits += run;
            i += run;
            if (digits is >= 8 and <= 15 && IsEnd(text, i))
                end = i;
            if (i >= text.Length || text[i] is not ((byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')'))
                break;
            // A complete number ends at a space: what follows is another word of the text.
            if (text[i] == ' ' && digits >= 10)
                break;
            while (i < text.Length && text[i] is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'(' or (byte)')')
                i++;
        }
        hit = new Hit(at - 1, end, Finding.Phone);
        return end > at;
    }

    private static bool Card(ReadOnlySpan<byte> text, int at, int run, out Hit hit)
    {
        hit = default;
        Span<byte> digits = stackalloc byte[19];
        var count = 0;
        var end = at;
        if (run >= 13)
        {
            if (run > 19 || !IsEnd(text, at + run))
                return false;
            text.Slice(at, run).CopyTo(digits);
            count = run;
            end = at + run;
        }
        else if (!Groups(text, at, digits, out count, out end))
        {
            return false;
        }
        digits = digits[..count];
        if (!IsBrand(digits) || !PassesLuhn(digits))
            return false;
        hit = new Hit(at, end, Finding.Card);
        return true;
    }

    /// <summary>4-4-4-4, 4-6-5 and 4-6-4 with one separator throughout.</summary>
    private static bool Groups(ReadOnlySpan<byte> text, int at, Span<byte> digits, out int count, out int end)
    {
        count = 0;
        end = at;
        byte separator = 0;
        while (true)
        {
            var run = Digits(text, end);
            if (run is < 4 or > 6 || count + run > 16)
                return false;
            text.Slice(end, run).CopyTo(digits[count..]);
            count += run;
            end += run;
            if (count >= 14 && IsEnd(text, end))
                return true;
            if (end >= text.Length || text[end] is not ((byte)' ' or (byte)'-') || (separator != 0 && text[end] != separator))
                return false;
            separator = text[end++];
        }
    }

    private static bool IsBrand(ReadOnlySpan<byte> digits)
    {
        int two = Two(digits, 0), four = two * 100 + Two(digits, 2);
        return digits.Length switch
        {
            13 => digits[0] == '4',
            14 => two is 36 or 38 || four is >= 3000 and <= 3059,
            15 => two is 34 or 37,
            16 => digits[0] == '4' || two is >= 51 and <= 55 || four is >= 2221 and <= 2720 || two is 35 or 62 or 65 or 94 || four is 6011 or (>= 6440 and <= 6499),
            17 or 18 => two == 62,
            19 => digits[0] == '4' || two == 62,
            _ => false,
        };
    }

    private static bool PassesLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1)
                digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    /// <summary>Whether a number may end here: no word goes on, and no further group or fraction.</summary>
    private static bool IsEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
            return true;
        if (IsWord(text[at]))
            return false;
        return text[at] is not ((byte)'-' or (byte)'.') || at + 1 >= text.Length || !IsDigit(text[at + 1]);
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}
