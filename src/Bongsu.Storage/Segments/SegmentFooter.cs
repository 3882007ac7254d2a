using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>The index of a segment: the tags of its blocks, where blocks and trace pages stand, and what they span.</summary>
internal sealed class SegmentFooter
{
    private const byte Version = 2;
    private const byte VersionWithTokenBlooms = 1;

    /// <summary>Whether the filters of the blocks are those of the first format.</summary>
    public bool HasTokenBlooms { get; private init; }

    public ByteDictionary Tags { get; } = new();
    public List<BlockEntry> Blocks { get; } = [];
    public List<TracePage> TracePages { get; } = [];

    /// <summary>When the youngest of its records came, ms since the epoch: how far back a restart looks for repeats.</summary>
    public long SealedMs { get; set; }

    public void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutZigZag(SealedMs);
        Tags.Put(into);
        into.PutVarint((ulong)Blocks.Count);
        foreach (var block in Blocks)
        {
            PutBlock(into, block);
            into.PutVarint((ulong)block.LongestWord);
            into.PutVarint((ulong)block.LongestNumber);
        }
        into.PutVarint((ulong)TracePages.Count);
        foreach (var page in TracePages)
        {
            into.PutVarint((ulong)page.Offset);
            into.PutVarint((ulong)page.Size);
            into.PutUInt64(page.First);
        }
    }

    public static SegmentFooter? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var version = reader.ReadByte();
        if (version is not (Version or VersionWithTokenBlooms))
            return null;
        var footer = new SegmentFooter { HasTokenBlooms = version == VersionWithTokenBlooms, SealedMs = reader.ReadZigZag() };
        var tags = reader.ReadCount();
        for (var i = 0; i < tags; i++)
            footer.Tags.Add(reader.ReadText());
        var blocks = reader.ReadCount(10);
        for (var i = 0; i < blocks && !reader.Failed; i++)
        {
            var block = ReadBlock(ref reader, footer.Tags.Count);
            footer.Blocks.Add(version == VersionWithTokenBlooms ? block : block with { LongestWord = reader.ReadInt(), LongestNumber = reader.ReadInt() });
        }
        var pages = reader.ReadCount(10);
        for (var i = 0; i < pages && !reader.Failed; i++)
            footer.TracePages.Add(new TracePage((long)reader.ReadVarint(), reader.ReadInt(), reader.ReadUInt64()));
        return reader.Failed ? null : footer;
    }

    private static void PutBlock(ByteWriter into, BlockEntry block)
    {
        into.PutVarint((ulong)block.Offset);
        into.PutVarint((ulong)block.Size);
        into.PutVarint((ulong)block.FilterOffset);
        into.PutVarint((ulong)block.FilterSize);
        into.PutVarint((ulong)block.Rows);
        into.PutZigZag(block.MinTimeNanos);
        into.PutZigZag(block.MaxTimeNanos);
        into.PutVarint((ulong)block.MaxDurationNanos);
        into.PutVarint((ulong)block.StatusBits);
        into.PutVarint((ulong)block.Tags.Length);
        foreach (var tag in block.Tags)
            into.PutVarint((ulong)tag);
    }

    private static BlockEntry ReadBlock(ref ByteReader reader, int tagCount)
    {
        var block = new BlockEntry((long)reader.ReadVarint(), reader.ReadInt(), (long)reader.ReadVarint(), reader.ReadInt(), reader.ReadInt(),
            reader.ReadZigZag(), reader.ReadZigZag(), (long)reader.ReadVarint(), reader.ReadInt(), new int[reader.ReadCount()]);
        for (var i = 0; i < block.Tags.Length; i++)
            block.Tags[i] = reader.ReadInt(Math.Max(0, tagCount - 1));
        return block;
    }
}
