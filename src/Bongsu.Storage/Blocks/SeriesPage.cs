using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>Some thousand series of a block: their label texts once (symbols), then each series as pairs of symbols and where its chunk is. Complete in itself.</summary>
internal static class SeriesPage
{
    private const byte Version = 1;

    public static void Put(ByteWriter into, List<BlockSeries> series, int from, int count)
    {
        var symbols = new ByteDictionary();
        var rows = new ByteWriter(count * 32);
        var group = 0L;
        var min = 0L;
        for (var i = from; i < from + count; i++)
        {
            PutLabels(rows, series[i].Labels, symbols);
            rows.PutZigZag(series[i].GroupOffset - group);
            rows.PutVarint((ulong)series[i].GroupSize);
            rows.PutVarint((ulong)series[i].Start);
            rows.PutVarint((ulong)series[i].Length);
            rows.PutZigZag(series[i].MinTimeMs - min);
            rows.PutZigZag(series[i].MaxTimeMs - series[i].MinTimeMs);
            (group, min) = (series[i].GroupOffset, series[i].MinTimeMs);
        }
        into.PutByte(Version);
        symbols.Put(into);
        into.PutVarint((ulong)count);
        into.PutBytes(rows.Written);
    }

    /// <summary>Adds the series of a page; false when the bytes are none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, List<BlockSeries> into)
    {
        var reader = new ByteReader(payload);
        if (reader.ReadByte() != Version)
            return false;
        var symbols = new byte[reader.ReadCount()][];
        for (var i = 0; i < symbols.Length; i++)
            symbols[i] = reader.ReadText().ToArray();
        var count = reader.ReadCount(7);
        var scratch = new ByteWriter();
        var (group, min) = (0L, 0L);
        for (var i = 0; i < count; i++)
        {
            if (!TryReadLabels(ref reader, symbols, scratch))
                return false;
            var labels = LabelSet.FromCanonical(scratch.Written);
            group += reader.ReadZigZag();
            var size = reader.ReadInt();
            var start = reader.ReadInt();
            var length = reader.ReadInt();
            min += reader.ReadZigZag();
            into.Add(new BlockSeries(labels, group, size, start, length, min, min + reader.ReadZigZag()));
        }
        return !reader.Failed;
    }

    private static void PutLabels(ByteWriter rows, LabelSet labels, ByteDictionary symbols)
    {
        var count = 0;
        foreach (var _ in labels)
            count++;
        rows.PutVarint((ulong)count);
        foreach (var label in labels)
        {
            rows.PutVarint((ulong)symbols.Add(label.Name));
            rows.PutVarint((ulong)symbols.Add(label.Value));
        }
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
