using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>Reads a series page of format 1 as an index page whose series have one chunk each.</summary>
internal static class FirstFormatPage
{
    private const byte Version = 1;

    /// <summary>Null when the bytes are none. Groups that the series name are added to the list.</summary>
    public static IndexPage? TryRead(ReadOnlySpan<byte> payload, List<(long Offset, int Size)> groups, LabelSetPool pool)
    {
        var reader = new ByteReader(payload);
        if (reader.ReadByte() != Version)
            return null;
        var symbols = new byte[reader.ReadCount()][];
        for (var i = 0; i < symbols.Length; i++)
            symbols[i] = reader.ReadText().ToArray();
        var count = reader.ReadCount(7);
        var (page, scratch) = (new IndexPage(), new ByteWriter());
        var (group, min) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            if (!TryReadLabels(ref reader, symbols, scratch))
                return null;
            group += reader.ReadZigZag();
            var (size, start, length) = (reader.ReadInt(), reader.ReadInt(), reader.ReadInt());
            min += reader.ReadZigZag();
            var max = min + reader.ReadZigZag();
            if (groups.Count == 0 || groups[^1] != (group, size))
                groups.Add((group, size));
            page.Add(pool.Share(scratch.Written), [new ChunkRef(ChunkKind.FirstFormat, groups.Count - 1, 0, groups.Count - 1, start, length, min, max)]);
        }
        return reader.Failed ? null : page;
    }

    private static bool TryReadLabels(ref ByteReader reader, byte[][] symbols, ByteWriter into)
    {
        into.Clear();
        var count = reader.ReadCount(2);
        for (var i = 0; i < count * 2; i++)
        {
            var symbol = reader.ReadInt();
            if (reader.Failed || symbol >= symbols.Length)
                return false;
            into.PutText(symbols[symbol]);
        }
        return !reader.Failed && LabelReader.IsCanonical(into.Written);
    }
}
