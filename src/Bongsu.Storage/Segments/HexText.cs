using System.Buffers;
using System.Buffers.Binary;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Lower-case hex digits as bytes.</summary>
internal static class HexText
{
    private const int MaxDigits = 32;

    /// <summary>Up to 32 digits; false when a character is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out UInt128 id)
    {
        id = default;
        if (text.Length > MaxDigits)
            return false;
        // Zeros in front change nothing, so that every id is read in the same way.
        Span<byte> digits = stackalloc byte[MaxDigits];
        digits.Fill((byte)'0');
        text.CopyTo(digits[(MaxDigits - text.Length)..]);
        Span<byte> bytes = stackalloc byte[MaxDigits / 2];
        // Upper case would come back as lower.
        if (digits.ContainsAnyInRange((byte)'A', (byte)'F') || Convert.FromHexString(digits, bytes, out _, out _) != OperationStatus.Done)
            return false;
        id = BinaryPrimitives.ReadUInt128BigEndian(bytes);
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
