using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Blocks;

/// <summary>The time a block spans and where its series pages stand.</summary>
internal sealed record BlockFooter(long MinTimeMs, long MaxTimeMs, List<(long Offset, int Size, int Count)> Pages)
{
    private const byte Version = 1;

    public void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutZigZag(MinTimeMs);
        into.PutZigZag(MaxTimeMs);
        into.PutVarint((ulong)Pages.Count);
        foreach (var (offset, size, count) in Pages)
        {
            into.PutVarint((ulong)offset);
            into.PutVarint((ulong)size);
            into.PutVarint((ulong)count);
        }
    }

    public static BlockFooter? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        if (reader.ReadByte() != Version)
            return null;
        var footer = new BlockFooter(reader.ReadZigZag(), reader.ReadZigZag(), []);
        var pages = reader.ReadCount(3);
        for (var i = 0; i < pages; i++)
            footer.Pages.Add(((long)reader.ReadVarint(), reader.ReadInt(), reader.ReadInt()));
        return reader.Failed ? null : footer;
    }
}
