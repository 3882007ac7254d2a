using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Frames;

/// <summary>
/// The unit of every file: magic (4), payload length (4), sequence within the file (8), type (1), zeros (3), CRC-32C (4), payload, zeros up to a
/// multiple of eight. The CRC covers all of it but itself, so no byte of a file can change unseen. Frames begin at multiples of eight, so that
/// those behind a damaged one can be found again. See docs/formats/frames.md.
/// </summary>
internal static class Frame
{
    public const int HeaderSize = 24;
    public const int Alignment = 8;
    public const uint Magic = 0xB0_6E_5A_F1;

    /// <summary>Above the largest batch (1 GiB of arena never passes the body limits) a length is not believed.</summary>
    public const int MaxPayload = 512 << 20;

    /// <summary>Where its type stands.</summary>
    public const int TypeOffset = 16;

    private const int CrcOffset = 20;

    public static int SizeOf(int payload) => HeaderSize + Padded(payload);

    /// <summary>Starts a frame; the payload follows in the same writer. Returns where it began, for <see cref="End"/>.</summary>
    public static int Begin(ByteWriter into)
    {
        var start = into.Length;
        into.Take(HeaderSize).Clear();
        return start;
    }

    public static void End(ByteWriter into, int start, FrameType type, long sequence)
    {
        var payload = into.Length - start - HeaderSize;
        into.Take(Padded(payload) - payload).Clear();
        var frame = into.At(start, into.Length - start);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (uint)payload);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], sequence);
        frame[TypeOffset] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[CrcOffset..], Crc(frame));
    }

    public static void Put(ByteWriter into, FrameType type, long sequence, ReadOnlySpan<byte> payload)
    {
        var start = Begin(into);
        into.PutBytes(payload);
        End(into, start, type, sequence);
    }

    /// <summary>The whole size of a frame by its first 24 bytes, not yet checked against its CRC; false when they are no header.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> header, out int size)
    {
        size = 0;
        if (header.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            return false;
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (payload > MaxPayload || header[TypeOffset] == 0 || header[17] != 0 || header[18] != 0 || header[19] != 0)
            return false;
        size = SizeOf((int)payload);
        return true;
    }

    /// <summary>Reads the frame at the start of the bytes, checked whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameType type, out long sequence, out ReadOnlySpan<byte> payload, out int size)
    {
        type = default;
        sequence = 0;
        payload = default;
        if (!TryReadSize(bytes, out size) || size > bytes.Length || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) != Crc(bytes[..size]))
            return false;
        type = (FrameType)bytes[TypeOffset];
        sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        payload = bytes.Slice(HeaderSize, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        return true;
    }

    /// <summary>The payload of a frame that was checked before.</summary>
    public static bool TryReadPayload(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!TryReadSize(frame, out var size) || size > frame.Length)
            return false;
        payload = frame.Slice(HeaderSize, (int)BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]));
        return true;
    }

    private static int Padded(int payload) => (payload + Alignment - 1) & ~(Alignment - 1);

    /// <summary>CRC-32C of bytes that are checked without the frame around them.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes) => Crc32C(uint.MaxValue, bytes) ^ uint.MaxValue;

    /// <summary>The checksum that a frame's header says.</summary>
    public static uint ReadChecksum(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[CrcOffset..]);

    /// <summary>Begins the checksum of a frame that is read in pieces; the bytes behind the header follow in <see cref="ExtendChecksum"/>.</summary>
    public static uint BeginChecksum(ReadOnlySpan<byte> header) => Crc32C(uint.MaxValue, header[..CrcOffset]);

    public static uint ExtendChecksum(uint checksum, ReadOnlySpan<byte> bytes) => Crc32C(checksum, bytes);

    public static uint EndChecksum(uint checksum) => checksum ^ uint.MaxValue;

    private static uint Crc(ReadOnlySpan<byte> frame) => EndChecksum(ExtendChecksum(BeginChecksum(frame), frame[HeaderSize..]));

    // Why optimized from the start: every read of a cold process goes through here, kilobytes at a time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
