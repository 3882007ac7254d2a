using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>What a block spans and where its index stands.</summary>
internal sealed record BlockFooter
{
    private const byte FirstVersion = 1;
    private const byte Version = 2;

    public bool IsFirstFormat { get; init; }

    /// <summary>Time between samples that stand for those of a finer block; 0 for samples as they came.</summary>
    public long ResolutionMs { get; init; }

    public long MinTimeMs { get; init; } = long.MaxValue;

    public long MaxTimeMs { get; init; } = long.MinValue;

    public long Samples { get; init; }

    /// <summary>Windows that the block holds whole, as far as the WAL has them.</summary>
    public List<SealedRange> SealedRanges { get; init; } = [];

    /// <summary>Where chunk groups stand; of format 1 none, since its series say it themselves.</summary>
    public List<(long Offset, int Size)> Groups { get; init; } = [];

    /// <summary>Pages of the index, in order of the series.</summary>
    public List<(long Offset, int Size, int Count)> Pages { get; init; } = [];

    /// <summary>Pages of the postings, in order of name and value.</summary>
    public List<(byte[] Name, byte[] FirstValue, long Offset, int Size)> Postings { get; init; } = [];

    public void Put(ByteWriter into)
    {
        into.PutByte(Version);
        into.PutVarint((ulong)ResolutionMs);
        into.PutZigZag(MinTimeMs);
        into.PutZigZag(MaxTimeMs);
        into.PutVarint((ulong)Samples);
        into.PutVarint((ulong)SealedRanges.Count);
        foreach (var range in SealedRanges)
        {
            into.PutZigZag(range.FromMs);
            into.PutZigZag(range.ToMs);
            into.PutVarint((ulong)range.WalThrough);
        }
        into.PutVarint((ulong)Groups.Count);
        foreach (var (offset, size) in Groups)
        {
            into.PutVarint((ulong)offset);
            into.PutVarint((ulong)size);
        }
        PutPages(into);
        into.PutVarint((ulong)Postings.Count);
        foreach (var (name, firstValue, offset, size) in Postings)
        {
            into.PutText(name);
            into.PutText(firstValue);
            into.PutVarint((ulong)offset);
            into.PutVarint((ulong)size);
        }
    }

    /// <summary>Null when the bytes are none.</summary>
    public static BlockFooter? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        var version = reader.ReadByte();
        if (version is not (FirstVersion or Version))
            return null;
        var footer = new BlockFooter
        {
            IsFirstFormat = version == FirstVersion,
            ResolutionMs = version == FirstVersion ? 0 : (long)reader.ReadVarint(),
            MinTimeMs = reader.ReadZigZag(),
            MaxTimeMs = reader.ReadZigZag(),
            Samples = version == FirstVersion ? 0 : (long)reader.ReadVarint(),
        };
        if (version == FirstVersion)
        {
            footer.ReadPages(ref reader);
            return reader.Failed ? null : footer;
        }
        for (var left = reader.ReadCount(3); left > 0; left--)
            footer.SealedRanges.Add(new SealedRange(reader.ReadZigZag(), reader.ReadZigZag(), (long)reader.ReadVarint()));
        for (var left = reader.ReadCount(2); left > 0; left--)
            footer.Groups.Add(((long)reader.ReadVarint(), reader.ReadInt()));
        footer.ReadPages(ref reader);
        for (var left = reader.ReadCount(4); left > 0 && !reader.Failed; left--)
            footer.Postings.Add((reader.ReadText().ToArray(), reader.ReadText().ToArray(), (long)reader.ReadVarint(), reader.ReadInt()));
        return reader.Failed ? null : footer;
    }

    private void PutPages(ByteWriter into)
    {
        into.PutVarint((ulong)Pages.Count);
        foreach (var (offset, size, count) in Pages)
        {
            into.PutVarint((ulong)offset);
            into.PutVarint((ulong)size);
            into.PutVarint((ulong)count);
        }
    }

    private void ReadPages(ref ByteReader reader)
    {
        for (var left = reader.ReadCount(3); left > 0; left--)
            Pages.Add(((long)reader.ReadVarint(), reader.ReadInt(), reader.ReadInt()));
    }
}
