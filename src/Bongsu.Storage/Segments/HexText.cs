using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Lower-case hex digits as bytes.</summary>
internal static class HexText
{
    /// <summary>Up to 32 digits; false when a character is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 id)
    {
        ulong high = 0, low = 0;
        id = default;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0') <= 9 ? c - '0' : (uint)(c - 'a') <= 5 ? c - 'a' + 10 : -1;
            if (digit < 0)
                return false;
            high = (high << 4) | (low >> 60);
            low = (low << 4) | (uint)digit;
        }
        id = new UInt128(high, low);
        return true;
    }

    /// <summary>The low bytes of an id, highest first.</summary>
    public static void PutBytes(ByteWriter into, UInt128 id, int count)
    {
        var bytes = into.Take(count);
        for (var i = count - 1; i >= 0; i--, id >>= 8)
            bytes[i] = (byte)id;
    }

    /// <summary>Two digits for each byte.</summary>
    public static void Write(ReadOnlySpan<byte> bytes, Span<byte> into) => Convert.TryToHexStringLower(bytes, into, out _);
}
