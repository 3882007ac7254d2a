using System.Buffers.Binary;
using Bongsu.Telemetry;

namespace Bongsu.Bench;

/// <summary>
/// A plain greedy writer of the snappy block format (google/snappy, format_description.txt): matches of four bytes and more through a hash table,
/// the rest as literals. For benchmarks, which need what real senders send.
/// </summary>
internal static class SnappyWriter
{
    private const int TableBits = 14;

    public static byte[] Compress(ReadOnlySpan<byte> source)
    {
        var output = new byte[source.Length + source.Length / 6 + 32];
        var length = Varint.Write(output, (ulong)source.Length);
        var table = new int[1 << TableBits];
        int at = 0, literal = 0;
        while (at + 4 <= source.Length)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
            ref var slot = ref table[(word * 0x1e35a7bd) >> (32 - TableBits)];
            var candidate = slot - 1;
            slot = at + 1;
            if (candidate < 0 || at - candidate > 65535 || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != word)
            {
                at++;
                continue;
            }
            var match = 4;
            while (at + match < source.Length && match < 64 && source[candidate + match] == source[at + match])
                match++;
            length += Literal(source[literal..at], output.AsSpan(length));
            output[length++] = (byte)(((match - 1) << 2) | 2); // copy with a two-byte offset
            BinaryPrimitives.WriteUInt16LittleEndian(output.AsSpan(length), (ushort)(at - candidate));
            length += 2;
            at += match;
            literal = at;
        }
        length += Literal(source[literal..], output.AsSpan(length));
        return output[..length];
    }

    private static int Literal(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var written = 0;
        while (!bytes.IsEmpty)
        {
            var size = Math.Min(bytes.Length, 60);
            output[written++] = (byte)((size - 1) << 2);
            bytes[..size].CopyTo(output[written..]);
            written += size;
            bytes = bytes[size..];
        }
        return written;
    }
}
