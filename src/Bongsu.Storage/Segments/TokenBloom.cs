using System.Numerics;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>Which words ([A-Za-z0-9_]+) may stand in the bodies of a block of the first format; see <see cref="WordFilter"/> for those since. Only read.</summary>
internal static class TokenBloom
{
    private const int Probes = 4;

    /// <summary>Whether a text with this needle may be there. Only words wholly inside the needle can tell: those at its ends may be parts of longer ones.</summary>
    public static bool MayContain(ReadOnlySpan<byte> bits, ReadOnlySpan<byte> needle)
    {
        if (bits.IsEmpty || !BitOperations.IsPow2(bits.Length))
            return true;
        while (TryNextToken(ref needle, out var token, out var touchesStart, out var touchesEnd))
        {
            if (!touchesStart && !touchesEnd && !MayContain(bits, LabelHash.Of(token)))
                return false;
        }
        return true;
    }

    private static bool MayContain(ReadOnlySpan<byte> bits, ulong hash)
    {
        for (var i = 0; i < Probes; i++)
        {
            var bit = Bit(hash, i, bits.Length);
            if ((bits[bit >> 3] & (1 << (bit & 7))) == 0)
                return false;
        }
        return true;
    }

    private static int Bit(ulong hash, int probe, int size) => (int)((uint)(hash >> (probe * 11)) * 2654435761u >> 3 & (uint)(size * 8 - 1));

    private static bool TryNextToken(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> token, out bool touchesStart, out bool touchesEnd)
    {
        var start = 0;
        while (start < text.Length && !IsWord(text[start]))
            start++;
        var end = start;
        while (end < text.Length && IsWord(text[end]))
            end++;
        token = text[start..end];
        touchesStart = start == 0;
        touchesEnd = end == text.Length;
        // Why: one byte before the rest is kept, so that the rest never seems to begin with a word cut in two.
        text = end < text.Length ? text[end..] : default;
        return !token.IsEmpty;
    }

    private static bool IsWord(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_';
}
