using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Some thousand series of a block, in order: labels, chunks. On disk complete in itself but for where groups stand: label texts once (symbols), then each
/// series as what its labels differ from those before, and its chunks.
/// </summary>
internal sealed class IndexPage
{
    private const byte Version = 2;

    private readonly List<int> _firstChunks = [0];
    private readonly List<ChunkRef> _chunks = [];
    private readonly List<LabelSet> _labels = [];

    public int Count => _labels.Count;

    public LabelSet Labels(int series) => _labels[series];

    /// <summary>The chunks of a series: floats in order of time, then the others.</summary>
    public ReadOnlySpan<ChunkRef> Chunks(int series) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_chunks)[_firstChunks[series].._firstChunks[series + 1]];

    public void Add(LabelSet labels, ReadOnlySpan<ChunkRef> chunks)
    {
        _labels.Add(labels);
        foreach (var chunk in chunks)
            _chunks.Add(chunk);
        _firstChunks.Add(_chunks.Count);
    }

    public void Clear()
    {
        _labels.Clear();
        _chunks.Clear();
        _firstChunks.Clear();
        _firstChunks.Add(0);
    }

    public void Put(ByteWriter into)
    {
        var symbols = new ByteDictionary();
        var rows = new ByteWriter(Count * 32);
        var (before, after) = (new List<int>(), new List<int>());
        var last = default(ChunkRef);
        for (var i = 0; i < Count; i++)
        {
            PutLabels(rows, _labels[i], symbols, before, after);
            (before, after) = (after, before);
            rows.PutVarint((ulong)Chunks(i).Length);
            foreach (var chunk in Chunks(i))
            {
                PutChunk(rows, chunk, last);
                last = chunk;
            }
        }
        var body = new ByteWriter(rows.Length * 2);
        symbols.Put(body);
        body.PutVarint((ulong)Count);
        body.PutBytes(rows.Written);
        into.PutByte(Version);
        Section.Put(into, body.Written, compress: true);
    }

    /// <summary>Null when the bytes are no page, or name groups that are not there.</summary>
    public static IndexPage? TryRead(ReadOnlySpan<byte> payload, int groups, LabelSetPool pool)
    {
        var outer = new ByteReader(payload);
        if (outer.ReadByte() != Version)
            return null;
        var arena = new ByteArena();
        var failed = false;
        var body = Section.Read(ref outer, arena, ref failed);
        if (failed)
            return null;
        var reader = new ByteReader(arena.Get(body));
        var symbols = new byte[reader.ReadCount()][];
        for (var i = 0; i < symbols.Length; i++)
            symbols[i] = reader.ReadText().ToArray();
        var page = new IndexPage();
        var count = reader.ReadCount(3);
        var (pairs, scratch, last) = (new List<int>(), new ByteWriter(), default(ChunkRef));
        for (var i = 0; i < count; i++)
        {
            if (!TryReadLabels(ref reader, symbols, pairs, scratch))
                return null;
            for (var left = reader.ReadCount(7); left > 0; left--)
            {
                last = ReadChunk(ref reader, last);
                if (reader.Failed || last.Group < 0 || last.Group >= groups || last.ValuesGroup < 0 || last.ValuesGroup >= groups || last.MaxMs < last.MinMs)
                    return null;
                page._chunks.Add(last);
            }
            page._labels.Add(pool.Share(scratch.Written));
            page._firstChunks.Add(page._chunks.Count);
        }
        return reader.Failed ? null : page;
    }

    // Neighbours share their first labels: only what differs from there is said.
    private static void PutLabels(ByteWriter rows, LabelSet labels, ByteDictionary symbols, List<int> before, List<int> now)
    {
        now.Clear();
        foreach (var label in labels)
        {
            now.Add(symbols.Add(label.Name));
            now.Add(symbols.Add(label.Value));
        }
        var shared = 0;
        while (shared < now.Count && shared < before.Count && now[shared] == before[shared])
            shared++;
        shared /= 2;
        rows.PutVarint((ulong)shared);
        rows.PutVarint((ulong)(now.Count / 2 - shared));
        for (var i = shared * 2; i < now.Count; i++)
            rows.PutVarint((ulong)now[i]);
    }

    private static bool TryReadLabels(ref ByteReader reader, byte[][] symbols, List<int> pairs, ByteWriter into)
    {
        var shared = reader.ReadInt(pairs.Count / 2);
        var own = reader.ReadCount(2);
        if (reader.Failed)
            return false;
        pairs.RemoveRange(shared * 2, pairs.Count - shared * 2);
        for (var i = 0; i < own * 2; i++)
            pairs.Add(reader.ReadInt(symbols.Length - 1));
        if (reader.Failed)
            return false;
        into.Clear();
        foreach (var symbol in pairs)
            into.PutText(symbols[symbol]);
        return LabelReader.IsCanonical(into.Written);
    }

    // Each number as its difference from what it mostly is, so that most are one byte, and the same byte.
    private static void PutChunk(ByteWriter rows, in ChunkRef chunk, in ChunkRef last)
    {
        rows.PutVarint(Telemetry.Varint.ZigZag(chunk.Group - last.Group) << 2 | (ulong)chunk.Kind);
        rows.PutZigZag(chunk.Times - last.Times);
        rows.PutZigZag(chunk.ValuesGroup - chunk.Group);
        rows.PutZigZag(chunk.Values - (chunk.ValuesGroup == last.ValuesGroup ? last.Values : 0));
        rows.PutZigZag(chunk.Count - last.Count);
        rows.PutZigZag(chunk.MinMs - last.MinMs);
        rows.PutZigZag((chunk.MaxMs - chunk.MinMs) - (last.MaxMs - last.MinMs));
    }

    private static ChunkRef ReadChunk(ref ByteReader reader, in ChunkRef last)
    {
        var head = reader.ReadVarint();
        var group = last.Group + (int)Telemetry.Varint.UnZigZag(head >> 2);
        var times = last.Times + (int)reader.ReadZigZag();
        var valuesGroup = group + (int)reader.ReadZigZag();
        var values = (valuesGroup == last.ValuesGroup ? last.Values : 0) + (int)reader.ReadZigZag();
        var count = last.Count + (int)reader.ReadZigZag();
        var min = last.MinMs + reader.ReadZigZag();
        return new ChunkRef((ChunkKind)(head & 3), group, times, valuesGroup, values, count, min, min + (last.MaxMs - last.MinMs) + reader.ReadZigZag());
    }
}
