using System.Buffers.Binary;
using System.Numerics;

namespace Bongsu.Telemetry.Labels;

/// <summary>
/// A stable, fast 64-bit hash of bytes: eight bytes a step, multiply and fold (the mixing of wyhash, Wang Yi, public domain; constants are its
/// published primes). Not for secrets: it is not keyed.
/// </summary>
public static class LabelHash
{
    private const ulong Prime0 = 0xa0761d6478bd642f;
    private const ulong Prime1 = 0xe7037ed1a0b428db;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Prime0 ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), Prime1);
            bytes = bytes[8..];
        }
        hash = Fold(hash ^ Tail(bytes), Prime0 ^ Prime1);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>Another hash, of texts of some hundred bytes: four words at a time. For memory only.</summary>
    public static ulong OfText(ReadOnlySpan<byte> text)
    {
        if (text.Length < 64)
            return Of(text);
        var (a, b, c, d) = (Prime0 ^ (ulong)text.Length, Prime1, ~Prime0, ~Prime1);
        while (text.Length >= 32)
        {
            a = Fold(a ^ BinaryPrimitives.ReadUInt64LittleEndian(text), Prime1);
            b = Fold(b ^ BinaryPrimitives.ReadUInt64LittleEndian(text[8..]), Prime1);
            c = Fold(c ^ BinaryPrimitives.ReadUInt64LittleEndian(text[16..]), Prime1);
            d = Fold(d ^ BinaryPrimitives.ReadUInt64LittleEndian(text[24..]), Prime1);
            text = text[32..];
        }
        return Fold(Fold(Fold(a ^ Of(text), Prime0) ^ b, Prime1) ^ c, Prime0) ^ Fold(d, Prime0);
    }

    // Fewer than eight bytes as a number, low ones first; two reads that overlap in place of one for each byte.
    private static ulong Tail(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        0 => 0,
        1 => bytes[0],
        < 4 => BinaryPrimitives.ReadUInt16LittleEndian(bytes) | (ulong)bytes[^1] << (8 * (bytes.Length - 1)),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) << (8 * (bytes.Length - 4)),
    };

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ BitOperations.RotateLeft(a, 32);
    }
}
