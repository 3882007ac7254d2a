using System.Buffers.Text;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>A condition on the values of one column of JSON values; what it cannot decide passes. Not thread-safe.</summary>
internal sealed class FieldTest(FieldCondition condition, byte kind)
{
    /// <summary>Whether records without the field pass.</summary>
    public static bool PassesMissing(FieldCondition condition) => condition.Text is { MatchesEmpty: true };

    /// <summary>The text as it stands in the line.</summary>
    public bool Passes(ReadOnlySpan<byte> text)
    {
        // An escaped text is compared by who reads the line.
        if (text.Contains((byte)'\\'))
            return true;
        if (kind == JsonLine.LiteralHole && text.SequenceEqual("null"u8))
            return PassesMissing(condition);
        if (condition.Text is { } matcher)
            return matcher.Matches(text);
        return !Utf8Parser.TryParse(text, out double number, out var used) || used != text.Length || condition.Passes(number);
    }

    /// <summary>As <see cref="Passes"/> of the number over 10^decimals, when that needs no text.</summary>
    public bool TryNumber(long number, int decimals, out bool passes)
    {
        // Below 2^53 both are exact doubles, so that the quotient is what the text would be read as.
        var isExact = condition.Text is null && Math.Abs(number) < 1L << 53;
        passes = isExact && condition.Passes(number / (double)NumberText.PowerOfTen(decimals));
        return isExact;
    }
}
