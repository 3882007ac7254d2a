using System.Buffers.Text;
using System.Globalization;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>Numbers of the text formats. Pure; allocates nothing.</summary>
internal static class ExpositionNumber
{
    // Why: an integer below 2^53 and a power of ten up to 10^22 are exact doubles, so one division of the two rounds correctly (Clinger 1990).
    private const int MaxExactDigits = 15;

    private static readonly double[] s_powersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>A value: decimal, with an exponent, NaN, or an infinity in any case. NaN gets the ordinary bits, so that no target can send a staleness marker.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        // Hot path: every sample; plain decimals of up to 15 digits without the general parser (see ExpositionParseBenchmark)
        return TryPlain(text, out value) || TryAny(text, out value);
    }

    /// <summary>A whole number of milliseconds.</summary>
    public static bool TryMilliseconds(ReadOnlySpan<byte> text, out long ms) =>
        Utf8Parser.TryParse(text, out ms, out var consumed) && consumed == text.Length && text[0] != '+';

    /// <summary>Seconds, with fractions, as milliseconds.</summary>
    public static bool TrySeconds(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (!TryParse(text, out var seconds) || !double.IsFinite(seconds))
            return false;
        // Clamped far outside of what any store takes, so that the refusal can name a time.
        ms = (long)Math.Round(Math.Clamp(seconds, -1e15, 1e15) * 1000);
        return true;
    }

    /// <summary>The number with ordinary bits if it is no number.</summary>
    public static double Ordinary(double value) => double.IsNaN(value) ? BitConverter.Int64BitsToDouble(SampleValues.NormalNaNBits) : value;

    private static bool TryPlain(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = !text.IsEmpty && text[0] == '-' ? 1 : 0;
        long digits = 0;
        int count = 0, point = -1;
        for (var i = at; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && point < 0)
                point = count;
            else if ((uint)(c - '0') > 9 || ++count > MaxExactDigits)
                return false;
            else
                digits = digits * 10 + (c - '0');
        }
        if (count == 0)
            return false;
        value = point < 0 ? digits : digits / s_powersOfTen[count - point];
        if (at == 1)
            value = -value;
        return true;
    }

    private static bool TryAny(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty)
            return false;
        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (unsigned.IsEmpty)
            return false;
        if ((uint)(unsigned[0] - '0') > 9 && unsigned[0] != '.')
            return TryWord(text, unsigned, out value);
        // Why: the framework makes an infinity of what is out of range; Go's parser, and so Prometheus, refuses it.
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static bool TryWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> unsigned, out double value)
    {
        value = BitConverter.Int64BitsToDouble(SampleValues.NormalNaNBits);
        if (Is(text, "nan"u8))
            return true;
        value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return Is(unsigned, "inf"u8) || Is(unsigned, "infinity"u8);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);
}
