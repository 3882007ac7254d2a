using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode;

/// <summary>
/// The block format of Snappy (github.com/google/snappy, format_description.txt): the length, then literals and back references. Every length is
/// checked before it is used, so that arbitrary bytes give an error, not an exception.
/// </summary>
internal static class Snappy
{
    private const int WideBytes = 16;

    // Tags whose length stands in the bytes after them begin here.
    private const int LongLiteral = 60;

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
        // Hot path: most of a remote write request is copies of up to 64 bytes; 0 B/op (see RemoteWriteDecodeBenchmark)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Literal(ReadOnlySpan<byte> block, ref int at, Span<byte> destination, ref int written)
    {
        var next = at;
        uint length = (uint)(block[next++] >> 2);
        // Fast path: a short literal with room to spare on both sides is moved by one wide copy; what it writes too much is overwritten or fails later.
        if (length < WideBytes && block.Length - next >= WideBytes && destination.Length - written >= WideBytes)
        {
            // Safety: both ranges have WideBytes bytes, as was just checked.
            Wide(ref Unsafe.AsRef(in Unsafe.Add(ref MemoryMarshal.GetReference(block), next)), ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), written));
            written += (int)length + 1;
            at = next + (int)length + 1;
            return true;
        }
        if (length >= LongLiteral)
        {
            var size = (int)length - LongLiteral + 1;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Copy(ReadOnlySpan<byte> block, ref int at, Span<byte> destination, ref int written)
    {
        var tag = block[at];
        var kind = tag & 3;
        var size = kind == 3 ? 5 : kind + 1;
        if (block.Length - at < size)
            return false;
        var length = (tag >> 2) + 1;
        uint offset = block[at + 1];
        if (kind == 1)
        {
            length = ((tag >> 2) & 7) + 4;
            offset |= (uint)(tag >> 5) << 8;
        }
        else
        {
            offset |= (uint)block[at + 2] << 8;
            if (kind == 3)
                offset |= (uint)block[at + 3] << 16 | (uint)block[at + 4] << 24;
        }
        if (offset - 1 >= (uint)written || length > destination.Length - written)
            return false;
        Repeat(destination, written, (int)offset, length);
        written += length;
        at += size;
        return true;
    }

    /// <summary>Repeats what stands <paramref name="offset"/> bytes before the end of what was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Repeat(Span<byte> destination, int written, int offset, int length)
    {
        // Fast path: steps of wide copies, each of which reads only what stands before it, may write too much within the destination.
        if (offset >= WideBytes && destination.Length - written >= length + WideBytes)
        {
            ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), written);
            ref var from = ref Unsafe.Subtract(ref to, offset);
            for (var done = 0; done < length; done += WideBytes)
            {
                // Safety: offset <= written, so that "from" lies within the destination; done < length, so that a wide write ends before length + WideBytes.
                Wide(ref Unsafe.Add(ref from, done), ref Unsafe.Add(ref to, done));
            }
            return;
        }
        // Why: an overlapping copy repeats what it has just written; CopyTo would not.
        var start = written - offset;
        for (var i = 0; i < length; i++)
            destination[written + i] = destination[start + i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Wide(ref byte from, ref byte to) => Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
}
