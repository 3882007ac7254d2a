using System.IO.Compression;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Codecs;

/// <summary>
/// A run of bytes with its codec: codec (1), raw length (varint), for Brotli also the stored length (varint), bytes, or the one byte that is repeated. Plain is kept when Brotli at
/// quality 1 saves less than a twentieth.
/// </summary>
internal static class Section
{
    private const byte Plain = 0;
    private const byte Brotli = 1;
    private const byte Repeated = 2;

    // Below this an encoder costs more than it saves.
    private const int MinCompress = 96;
    private const int MaxRaw = 512 << 20;
    private const int Quality = 1;
    private const int WindowBits = 20;

    public static void Put(ByteWriter into, ReadOnlySpan<byte> bytes, bool compress)
    {
        // Columns that say nothing (no state, no events, one kind) are read many times: neither codec nor copy.
        if (compress && bytes.Length > 1 && bytes.IndexOfAnyExcept(bytes[0]) < 0)
        {
            into.PutByte(Repeated);
            into.PutVarint((ulong)bytes.Length);
            into.PutByte(bytes[0]);
            return;
        }
        if (compress && bytes.Length >= MinCompress && TryPutBrotli(into, bytes))
            return;
        into.PutByte(Plain);
        into.PutText(bytes);
    }

    /// <summary>Reads a section into the arena and says where it stands; sets Failed of the reader when it is malformed.</summary>
    public static Slice Read(ref ByteReader reader, ByteArena into, ref bool failed)
    {
        var codec = reader.ReadByte();
        var rawLength = reader.ReadInt(MaxRaw);
        var stored = Stored(ref reader, codec, rawLength);
        // A Brotli stream of n bytes cannot sensibly hold more than 2^16 times as much; a length beyond is not believed.
        if (reader.Failed || codec > Repeated || rawLength > Math.Max(1 << 20, (long)stored.Length << 16))
        {
            failed = true;
            return Slice.Empty;
        }
        if (codec == Plain)
            return into.Append(stored);
        if (codec == Repeated)
        {
            into.Reserve(rawLength)[..rawLength].Fill(stored[0]);
            return into.Commit(rawLength);
        }
        if (!BrotliDecoder.TryDecompress(stored, into.Reserve(rawLength)[..rawLength], out var written) || written != rawLength)
        {
            failed = true;
            return Slice.Empty;
        }
        return into.Commit(rawLength);
    }

    /// <summary>Reads a section into an array of its own; null when it is malformed.</summary>
    public static byte[]? Read(ref ByteReader reader) =>
        TryRead(ref reader, static length => GC.AllocateUninitializedArray<byte>(length), out var bytes, out _) ? bytes : null;

    /// <summary>Reads a section into an array that a function of its length gives, which may be longer; false when it is malformed.</summary>
    public static bool TryRead(ref ByteReader reader, Func<int, byte[]> take, out byte[] bytes, out int length)
    {
        bytes = [];
        var codec = reader.ReadByte();
        length = reader.ReadInt(MaxRaw);
        var stored = Stored(ref reader, codec, length);
        if (reader.Failed || codec > Repeated || length > Math.Max(1 << 20, (long)stored.Length << 16))
            return false;
        bytes = take(length);
        var room = bytes.AsSpan(0, length);
        if (codec == Plain)
            stored.CopyTo(room);
        if (codec == Repeated)
            room.Fill(stored[0]);
        return codec != Brotli || (BrotliDecoder.TryDecompress(stored, room, out var written) && written == length);
    }

    /// <summary>Steps over a section and says where it stands; false when it is malformed.</summary>
    public static bool TryPlace(ref ByteReader reader, out SectionPlace place)
    {
        var codec = reader.ReadByte();
        var rawLength = reader.ReadInt(MaxRaw);
        var stored = Stored(ref reader, codec, rawLength).Length;
        place = new SectionPlace(codec, rawLength, reader.Position - stored, stored);
        return !reader.Failed && codec <= Repeated && rawLength <= Math.Max(1 << 20, (long)stored << 16);
    }

    /// <summary>Whether the bytes stand there as they are, and no reading is needed.</summary>
    public static bool IsPlain(SectionPlace place) => place.Codec == Plain;

    /// <summary>Whether it is one byte, the stored one, many times.</summary>
    public static bool IsRepeated(SectionPlace place) => place.Codec == Repeated;

    /// <summary>Fills a span of the section's raw length; false when the bytes are damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> stored, SectionPlace place, Span<byte> into)
    {
        if (place.Codec == Brotli)
            return BrotliDecoder.TryDecompress(stored, into, out var written) && written == into.Length;
        if (place.Codec == Repeated)
            into.Fill(stored[0]);
        else
            stored.CopyTo(into);
        return true;
    }

    private static ReadOnlySpan<byte> Stored(scoped ref ByteReader reader, byte codec, int rawLength) => codec switch
    {
        Brotli => reader.ReadText(),
        Repeated => reader.ReadBytes(1),
        _ => reader.ReadBytes(rawLength),
    };

    private static bool TryPutBrotli(ByteWriter into, ReadOnlySpan<byte> bytes)
    {
        var start = into.Length;
        var limit = bytes.Length - (bytes.Length / 20);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(limit);
        try
        {
            if (!BrotliEncoder.TryCompress(bytes, buffer.AsSpan(0, limit), out var written, Quality, WindowBits))
                return false;
            into.PutByte(Brotli);
            into.PutVarint((ulong)bytes.Length);
            into.PutText(buffer.AsSpan(0, written));
            return into.Length > start;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
