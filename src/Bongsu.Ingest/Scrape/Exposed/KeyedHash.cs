using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Bongsu.Ingest.Scrape.Exposed;

/// <summary>A 64-bit hash whose seed is secret and new in each process, so that no target can crowd a table on purpose.</summary>
internal static class KeyedHash
{
    private static readonly ulong s_seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong s_prime = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = s_seed ^ (ulong)text.Length;
        while (text.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < text.Length; i++)
            tail |= (ulong)text[i] << (8 * i);
        return Fold(hash ^ tail);
    }

    private static ulong Fold(ulong a)
    {
        var high = Math.BigMul(a, s_prime, out var low);
        return high ^ low ^ BitOperations.RotateLeft(a, 32) ^ s_seed;
    }
}
