using System.Buffers;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Reads series of blocks: keeps the chunk groups it read last, checked once, so that neighbours cost no I/O; decodes into the caller's columns. Keeps its
/// buffers, which are the shared pool's again when it is disposed of; not thread-safe.
/// </summary>
internal sealed class BlockReader(int blocks, ICollection<string> warnings) : IDisposable
{
    // Each block of a selection has a group that its series are in, and now and then one that their values are in.
    private const int GroupsPerBlock = 3;
    private const int MaxGroups = 96;

    private readonly (MetricBlock? Block, int Group, long Used, byte[] Buffer)[] _groups = new (MetricBlock?, int, long, byte[])[Math.Min(GroupsPerBlock * Math.Max(blocks, 1), MaxGroups)];
    private readonly SampleColumns _part = new();
    private int _lastKept;
    private long _uses;

    /// <summary>Chunks of floats whose samples were decoded so far.</summary>
    public long ChunksDecoded { get; private set; }

    public void Dispose()
    {
        foreach (ref var kept in _groups.AsSpan())
        {
            ArrayPool<byte>.Shared.Return(kept.Buffer ?? []);
            (kept.Block, kept.Buffer) = (null, []);
        }
    }

    /// <summary>Appends the samples of a series in [from, to], ascending; a damaged group is left out, and said.</summary>
    public void Read(MetricBlock block, ReadOnlySpan<ChunkRef> chunks, long fromMs, long toMs, SampleColumns into)
    {
        StartTimes? starts = null;
        var (floats, histograms) = (into.TimesMs.Count, into.HistogramTimesMs.Count);
        var (floatStarts, histogramStarts) = (into.StartTimesMs.Count, into.HistogramStartTimesMs.Count);
        foreach (var chunk in chunks)
        {
            if (chunk.Kind == ChunkKind.StartTimes)
                starts = ReadStarts(block, chunk);
            else if (chunk.Kind != ChunkKind.Exemplars && chunk.Overlaps(fromMs, toMs))
                ReadChunk(block, chunk, fromMs, toMs, into);
        }
        if (starts is null)
            return;
        into.StartTimesMs.Truncate(floatStarts);
        into.HistogramStartTimesMs.Truncate(histogramStarts);
        starts.Fill(into.TimesMs.Span[floats..], floats, into.StartTimesMs);
        starts.Fill(into.HistogramTimesMs.Span[histograms..], histograms, into.HistogramStartTimesMs);
    }

    public void ReadExemplars(MetricBlock block, ReadOnlySpan<ChunkRef> chunks, List<Exemplar> into)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.Kind is not (ChunkKind.Exemplars or ChunkKind.FirstFormat) || !TryGroup(block, chunk.ValuesGroup, out var group))
                continue;
            if (chunk.Kind == ChunkKind.FirstFormat)
            {
                _part.Clear();
                TryReadFirst(group, chunk, _part, into);
                continue;
            }
            if (!TrySlice(group, chunk.Values, out var reader) || !ChunkContent.TryReadExemplars(ref reader, into))
                block.SayDamaged(chunk.ValuesGroup, warnings);
        }
    }

    /// <summary>Appends a chunk of floats and gives back its coded values; false when it is damaged, which is said.</summary>
    public bool TryReadCoded(MetricBlock block, in ChunkRef chunk, SampleColumns into, out ReadOnlySpan<byte> coded)
    {
        coded = default;
        var before = into.TimesMs.Count;
        ReadChunk(block, chunk, long.MinValue, long.MaxValue, into);
        if (into.TimesMs.Count == before || !TryGroup(block, chunk.ValuesGroup, out var group) || !TrySlice(group, chunk.Values, out var reader))
            return false;
        var rest = reader.Rest;
        ValueCodec.TryRead(ref reader, into.Values.Mutable[before..]);
        coded = rest[..reader.Position];
        return true;
    }

    /// <summary>What a whole chunk of floats comes to; false when it does not say, or is damaged, which is said.</summary>
    public bool TryReadSummary(MetricBlock block, in ChunkRef chunk, out ChunkSummary summary)
    {
        summary = default;
        return chunk.Count > 0 && TryGroup(block, chunk.ValuesGroup, out var group) && TrySlice(group, chunk.Values, out var reader)
            && ValueCodec.TryReadSummary(ref reader, chunk.Count, out summary);
    }

    /// <summary>Appends the rows of a chunk of a rollup; false when it is damaged, which is said.</summary>
    public bool TryReadRows(MetricBlock block, in ChunkRef chunk, RunFigures figures, Column<SampleRun> into)
    {
        if (chunk.Kind != ChunkKind.Floats || chunk.Count is <= 0 or > RollupCodec.MaxRows || !TryGroup(block, chunk.Group, out var group) || !TrySlice(group, chunk.Times, out var times))
            return false;
        if (chunk.ValuesGroup != chunk.Group && !TryGroup(block, chunk.ValuesGroup, out group))
            return false;
        var before = into.Count;
        if (TrySlice(group, chunk.Values, out var values) && RollupCodec.TryRead(ref times, ref values, figures, into.Take(chunk.Count)))
            return true;
        into.Truncate(before);
        block.SayDamaged(chunk.Group, warnings);
        return false;
    }

    private void ReadChunk(MetricBlock block, in ChunkRef chunk, long fromMs, long toMs, SampleColumns into)
    {
        // Fast path: all of a chunk, straight into the caller's columns.
        if (chunk.Kind == ChunkKind.Floats && chunk.MinMs >= fromMs && chunk.MaxMs <= toMs)
        {
            if (!TryReadFloats(block, chunk, into))
                block.SayDamaged(chunk.Group, warnings);
            return;
        }
        _part.Clear();
        var read = chunk.Kind == ChunkKind.Floats ? TryReadFloats(block, chunk, _part) : TryReadOther(block, chunk, _part);
        if (read)
            SampleMerge.AppendRange(_part, fromMs, toMs, into);
        else
            block.SayDamaged(chunk.ValuesGroup, warnings);
    }

    private bool TryReadFloats(MetricBlock block, in ChunkRef chunk, SampleColumns into)
    {
        if (chunk.Count is <= 0 or > TimeCodec.MaxCount || !TryGroup(block, chunk.Group, out var group) || !TrySlice(group, chunk.Times, out var reader))
            return false;
        ChunksDecoded++;
        var before = into.TimesMs.Count;
        var read = TimeCodec.TryRead(ref reader, into.TimesMs.Take(chunk.Count));
        if (chunk.ValuesGroup != chunk.Group)
            read = read && TryGroup(block, chunk.ValuesGroup, out group);
        if (read && TrySlice(group, chunk.Values, out reader) && ValueCodec.TryRead(ref reader, into.Values.Take(chunk.Count)))
            return true;
        into.TimesMs.Truncate(before);
        into.Values.Truncate(before);
        return false;
    }

    private bool TryReadOther(MetricBlock block, in ChunkRef chunk, SampleColumns into)
    {
        if (!TryGroup(block, chunk.ValuesGroup, out var group))
            return false;
        if (chunk.Kind == ChunkKind.FirstFormat)
            return TryReadFirst(group, chunk, into, null);
        return chunk.Kind == ChunkKind.Histograms && TrySlice(group, chunk.Values, out var reader) && ChunkContent.TryReadHistograms(ref reader, into);
    }

    private static bool TryReadFirst(ReadOnlySpan<byte> group, in ChunkRef chunk, SampleColumns into, List<Exemplar>? exemplars)
    {
        if (chunk.Values <= group.Length && chunk.Count <= group.Length - chunk.Values && ChunkContent.TryReadFirstFormat(group.Slice(chunk.Values, chunk.Count), into, exemplars))
            return true;
        into.Clear();
        return false;
    }

    private StartTimes? ReadStarts(MetricBlock block, in ChunkRef chunk)
    {
        if (!TryGroup(block, chunk.ValuesGroup, out var group))
            return null;
        if (TrySlice(group, chunk.Values, out var reader) && StartTimes.TryRead(ref reader) is { } starts)
            return starts;
        block.SayDamaged(chunk.ValuesGroup, warnings);
        return null;
    }

    private static bool TrySlice(ReadOnlySpan<byte> group, int start, out ByteReader reader)
    {
        reader = default;
        if ((uint)start > (uint)group.Length)
            return false;
        reader = new ByteReader(group[start..]);
        return true;
    }

    private bool TryGroup(MetricBlock block, int group, out ReadOnlySpan<byte> payload)
    {
        // Fast path: the one before.
        ref var kept = ref _groups[_lastKept];
        if (kept.Block != block || kept.Group != group)
        {
            _lastKept = SlotOf(block, group);
            kept = ref _groups[_lastKept];
        }
        kept.Used = ++_uses;
        if (kept.Block == block && kept.Group == group)
            return Frames.Frame.TryReadPayload(kept.Buffer, out payload);
        kept.Block = null;
        kept.Buffer ??= [];
        if (!block.TryReadGroup(group, ref kept.Buffer, out payload, warnings))
            return false;
        (kept.Block, kept.Group) = (block, group);
        return true;
    }

    // Where the group is, or the slot that was used the longest ago.
    private int SlotOf(MetricBlock block, int group)
    {
        var oldest = 0;
        for (var i = 0; i < _groups.Length; i++)
        {
            if (_groups[i].Block == block && _groups[i].Group == group)
                return i;
            if (_groups[i].Used < _groups[oldest].Used)
                oldest = i;
        }
        return oldest;
    }
}
