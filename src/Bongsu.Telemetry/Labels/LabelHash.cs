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
        ulong tail = 0;
        for (var i = 0; i < bytes.Length; i++)
            tail |= (ulong)bytes[i] << (8 * i);
        hash = Fold(hash ^ tail, Prime0 ^ Prime1);
        return hash == 0 ? 1 : hash;
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low ^ BitOperations.RotateLeft(a, 32);
    }
}
