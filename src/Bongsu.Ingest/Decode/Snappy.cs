using System.Buffers.Binary;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode;

/// <summary>
/// The block format of Snappy (github.com/google/snappy, format_description.txt): the length, then literals and back references. Every length is
/// checked before it is used, so that arbitrary bytes give an error, not an exception.
/// </summary>
internal static class Snappy
{
    /// <summary>The length that the block says it has when unpacked.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> block, out uint length, out int headerBytes)
    {
        headerBytes = 0;
        length = 0;
        if (!Varint.TryRead(block, ref headerBytes, out var value) || value > uint.MaxValue)
            return false;
        length = (uint)value;
        return true;
    }

    /// <summary>Unpacks into a destination of exactly the length that the block says. On failure <paramref name="at"/> is where the block breaks.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> block, Span<byte> destination, out int at)
    {
        if (!TryReadLength(block, out var length, out at) || length != (uint)destination.Length)
            return false;
        var written = 0;
        while (at < block.Length)
        {
            var tag = block[at];
            var ok = (tag & 3) == 0 ? Literal(block, ref at, destination, ref written) : Copy(block, ref at, destination, ref written);
            if (!ok)
                return false;
        }
        return written == destination.Length;
    }

    private static bool Literal(ReadOnlySpan<byte> block, ref int at, Span<byte> destination, ref int written)
    {
        var next = at;
        uint length = (uint)(block[next++] >> 2);
        if (length >= 60)
        {
            var size = (int)length - 59;
            if (block.Length - next < size)
                return false;
            length = 0;
            for (var i = 0; i < size; i++)
                length |= (uint)block[next++] << (8 * i);
        }
        // Lengths are stored less one; as ulong the sum cannot wrap.
        var count = (ulong)length + 1;
        if (count > (ulong)(block.Length - next) || count > (ulong)(destination.Length - written))
            return false;
        block.Slice(next, (int)count).CopyTo(destination[written..]);
        written += (int)count;
        at = next + (int)count;
        return true;
    }

    private static bool Copy(ReadOnlySpan<byte> block, ref int at, Span<byte> destination, ref int written)
    {
        var tag = block[at];
        var kind = tag & 3;
        var size = kind == 3 ? 5 : kind + 1;
        if (block.Length - at < size)
            return false;
        var length = kind == 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
        var offset = kind switch
        {
            1 => (uint)((tag >> 5) << 8 | block[at + 1]),
            2 => BinaryPrimitives.ReadUInt16LittleEndian(block[(at + 1)..]),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(block[(at + 1)..]),
        };
        if (offset == 0 || offset > (uint)written || length > destination.Length - written)
            return false;
        var from = written - (int)offset;
        if (offset >= length)
        {
            destination.Slice(from, length).CopyTo(destination[written..]);
        }
        else
        {
            // Why: an overlapping copy repeats what it has just written; CopyTo would not.
            for (var i = 0; i < length; i++)
                destination[written + i] = destination[from + i];
        }
        written += length;
        at += size;
        return true;
    }
}
