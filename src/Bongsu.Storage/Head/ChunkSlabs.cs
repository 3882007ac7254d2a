using System.Buffers.Binary;

namespace Bongsu.Storage.Head;

/// <summary>
/// Compressed chunks of a head's series, in a few large arrays. Each chunk names the one before it of its series. One writer adds; what was added never
/// changes, so a reader that learnt a chunk's place under the head's gate reads it without.
/// </summary>
internal sealed class ChunkSlabs
{
    /// <summary>No chunk.</summary>
    public const uint None = 0;

    // A place is a slab and an offset in it: 2^14 slabs of 2^18 bytes.
    private const int OffsetBits = 18;
    private const int SlabBytes = 1 << OffsetBits;
    private const int FirstSlabBytes = 1 << 13;
    private const int HeaderBytes = 4 + 8 + 8;

    // Decoders load eight bytes at once.
    private const int Slack = 8;

    private byte[][] _slabs = [];
    private int _used;
    private int _end;

    public int Count { get; private set; }

    public long SizeBytes { get; private set; }

    /// <summary>Adds a chunk and returns its place.</summary>
    public uint Add(uint previous, long minMs, long maxMs, ReadOnlySpan<byte> chunk)
    {
        var size = HeaderBytes + chunk.Length;
        if (_used + size + Slack > _end)
            Begin(size + Slack);
        var slab = _slabs[^1];
        var target = slab.AsSpan(_used);
        BinaryPrimitives.WriteUInt32LittleEndian(target, previous);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], minMs);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], maxMs);
        chunk.CopyTo(target[HeaderBytes..]);
        var place = (uint)((_slabs.Length - 1) << OffsetBits | _used);
        _used += size;
        Count++;
        return place;
    }

    /// <summary>Where a chunk's bytes begin; they say themselves where they end.</summary>
    public ReadOnlySpan<byte> Read(uint place, out uint previous, out long minMs, out long maxMs)
    {
        var at = _slabs[place >> OffsetBits].AsSpan((int)(place & (SlabBytes - 1)));
        previous = BinaryPrimitives.ReadUInt32LittleEndian(at);
        minMs = BinaryPrimitives.ReadInt64LittleEndian(at[4..]);
        maxMs = BinaryPrimitives.ReadInt64LittleEndian(at[12..]);
        return at[HeaderBytes..];
    }

    // The first slab is small: many heads hold little. Place 0 means none, so the first byte stays empty.
    private void Begin(int needed)
    {
        if (_slabs.Length == 1 << (32 - OffsetBits))
            throw new InvalidOperationException("BUG: a head grew past its memory limit.");
        var size = Math.Max(_slabs.Length == 0 ? FirstSlabBytes : SlabBytes, needed + 1);
        if (size > SlabBytes)
            throw new InvalidOperationException("BUG: a chunk is larger than a slab.");
        _slabs = [.. _slabs, GC.AllocateUninitializedArray<byte>(size)];
        (_used, _end) = (_slabs.Length == 1 ? 1 : 0, size);
        SizeBytes += size;
    }
}
