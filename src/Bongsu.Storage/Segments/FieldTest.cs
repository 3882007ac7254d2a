using System.Buffers.Text;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>A condition on the values of one column of JSON values; what it cannot decide passes. Not thread-safe.</summary>
internal sealed class FieldTest(FieldCondition condition, byte kind)
{
    /// <summary>The largest whole number that is exact as a double, as are all below.</summary>
    public const long MaxExact = (1L << 53) - 1;

    /// <summary>Whether records without the field pass.</summary>
    public static bool PassesMissing(FieldCondition condition) => condition.Text is { MatchesEmpty: true };

    /// <summary>Texts have no escapes: they are as a query sees them.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether a text passed that could not be decided on.</summary>
    public bool HasDoubted { get; private set; }

    /// <summary>A text that has no escapes.</summary>
    public bool PassesWhole(ReadOnlySpan<byte> text) => condition.Text is { } matcher ? matcher.Matches(text) : PassesNumber(text);

    /// <summary>The text as it stands in the line.</summary>
    public bool Passes(ReadOnlySpan<byte> text)
    {
        if (IsWhole)
            return PassesWhole(text);
        // An escaped text is compared by who reads the line.
        if (text.Contains((byte)'\\'))
            return HasDoubted = true;
        if (kind == JsonLine.LiteralHole && text.SequenceEqual("null"u8))
            return PassesMissing(condition);
        return PassesWhole(text);
    }

    private bool PassesNumber(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length)
            return condition.Passes(number);
        return HasDoubted = true;
    }

    /// <summary>
    /// Which numbers over 10^decimals pass as their text would: those from one to another, of numbers below 2^53, which are exact as doubles. False when that cannot be said.
    /// </summary>
    public bool TryRange(int decimals, out long least, out long most)
    {
        (least, most) = (-MaxExact, MaxExact);
        if (condition.Text is not null || double.IsNaN(condition.Number) || condition.Comparison == FieldComparison.NotEqual)
            return false;
        var scale = (double)NumberText.PowerOfTen(decimals);
        if (condition.Comparison is FieldComparison.Greater)
            least = FirstAbove(scale, orEqual: false);
        if (condition.Comparison is FieldComparison.GreaterOrEqual or FieldComparison.Equal)
            least = FirstAbove(scale, orEqual: true);
        if (condition.Comparison is FieldComparison.Less)
            most = FirstAbove(scale, orEqual: true) - 1;
        if (condition.Comparison is FieldComparison.LessOrEqual or FieldComparison.Equal)
            most = FirstAbove(scale, orEqual: false) - 1;
        return true;
    }

    // The quotient grows with the number, so the border is found by halving, with the very division that the text stands for.
    private long FirstAbove(double scale, bool orEqual)
    {
        var (low, high) = (-MaxExact, MaxExact + 1);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var value = middle / scale;
            if (value > condition.Number || (orEqual && value == condition.Number))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
