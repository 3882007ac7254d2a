using System.Buffers.Binary;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>Writes a block as a head, which says where each part stands, and the parts behind it, each with its checksum. Reusable; not thread-safe.</summary>
internal sealed class BlockPartWriter
{
    /// <summary>Version, length and checksum of the head.</summary>
    public const int PrefixSize = 9;

    /// <summary>Parts up to here stand in the head itself.</summary>
    public const int MaxInline = 24;

    private readonly ByteWriter _parts = new(1 << 12);

    public ByteWriter Head { get; } = new(1 << 12);

    public void Clear()
    {
        Head.Clear();
        _parts.Clear();
    }

    /// <summary>Adds a part; the head says where it is.</summary>
    public void PutPart(ReadOnlySpan<byte> bytes)
    {
        Head.PutVarint((ulong)bytes.Length);
        if (bytes.Length <= MaxInline)
        {
            Head.PutBytes(bytes);
            return;
        }
        Head.PutUInt32(Frame.Checksum(bytes));
        _parts.PutBytes(bytes);
    }

    /// <summary>Adds a column of texts: the head says how many they are, how long their longest word is, their form, and where they stand. Words are added to a filter, unless it is null.</summary>
    public void PutColumn(FieldColumnEncoder encoder, TextList values, WordFilter? words, ByteWriter scratch)
    {
        scratch.Clear();
        encoder.Put(scratch, values);
        Head.PutVarint((ulong)values.Count);
        Head.PutVarint((ulong)(words is null ? 0 : encoder.AddWords(values, words)));
        Head.PutByte(encoder.Form);
        PutPart(scratch.Written);
    }

    /// <summary>Reads what a head says of a column.</summary>
    public static BlockColumn ReadColumn(ref ByteReader head, byte kind, ref int next)
    {
        var (count, longest, form) = (head.ReadInt(BlockDecoder.MaxRows), head.ReadInt(), head.ReadByte());
        return new BlockColumn(kind, count, longest, form, ReadPlace(ref head, ref next));
    }

    /// <summary>Appends the block.</summary>
    public void Finish(ByteWriter into, byte version)
    {
        var prefix = into.Take(PrefixSize);
        prefix[0] = version;
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[1..], (uint)Head.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[5..], Frame.Checksum(Head.Written));
        into.PutBytes(Head.Written);
        into.PutBytes(_parts.Written);
    }

    /// <summary>The head of a block that begins with these bytes; false when they are none.</summary>
    public static bool TryReadHead(BlockBytes block, out ArraySegment<byte> head)
    {
        head = default;
        var prefix = block.Begin().AsSpan();
        if (prefix.Length < PrefixSize)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix[1..]);
        return length <= int.MaxValue - PrefixSize && block.TryRead(new BlockPart(PrefixSize, (int)length, BinaryPrimitives.ReadUInt32LittleEndian(prefix[5..]), IsChecked: false), out head);
    }

    /// <summary>Reads where a part stands; <paramref name="next"/> is where the next one outside of the head begins.</summary>
    public static BlockPart ReadPlace(ref ByteReader head, ref int next)
    {
        var length = head.ReadInt();
        if (length <= MaxInline)
        {
            head.ReadBytes(length);
            return new BlockPart(PrefixSize + head.Position - length, length, 0, IsChecked: true);
        }
        var part = new BlockPart(next, length, head.ReadUInt32(), IsChecked: false);
        next = (int)Math.Min(int.MaxValue, (long)next + length);
        return part;
    }
}
