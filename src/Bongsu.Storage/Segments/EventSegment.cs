using System.Buffers;
using System.Buffers.Binary;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>A sealed segment: its index in memory, its blocks on disk. A damaged block is left out alone, and said. Thread-safe.</summary>
internal sealed class EventSegment<TBatch> where TBatch : class, new()
{
    private readonly EventSignal<TBatch> _signal;
    private readonly SealedFile _file;
    private readonly ProblemLog _problems;
    private readonly SegmentFooter _footer;

    private EventSegment(EventSignal<TBatch> signal, SealedFile file, ProblemLog problems, SegmentFooter footer, FileHeader header)
    {
        _signal = signal;
        _file = file;
        _problems = problems;
        _footer = footer;
        WalThrough = header.Second;
        ReplacesFrom = header.First;
        (MinTimeNanos, MaxTimeNanos) = (long.MaxValue, long.MinValue);
        foreach (var block in footer.Blocks)
        {
            MinTimeNanos = Math.Min(MinTimeNanos, block.MinTimeNanos);
            MaxTimeNanos = Math.Max(MaxTimeNanos, block.MaxTimeNanos);
        }
    }

    public string Path => _file.Path;
    public long SizeBytes => _file.SizeBytes;
    public long WalThrough { get; }

    /// <summary>Number of the first segment that was merged into this one; 0: none.</summary>
    public long ReplacesFrom { get; }

    public required long Number { get; init; }

    /// <summary>Whether header or footer could not be read: what is left of it is read, and it is not merged with others.</summary>
    public required bool IsDamaged { get; init; }

    public long SealedMs => _footer.SealedMs;
    public long MinTimeNanos { get; }
    public long MaxTimeNanos { get; }
    public IReadOnlyList<BlockEntry> Blocks => _footer.Blocks;

    public int TagCount => _footer.Tags.Count;

    public byte[] Tag(int index) => _footer.Tags[index];

    /// <summary>Opens a segment; one whose footer is damaged gets a new index from the blocks that are left.</summary>
    public static EventSegment<TBatch> Open(Disk disk, EventSignal<TBatch> signal, string path, long number, ProblemLog problems)
    {
        var file = new SealedFile(path);
        var isDamaged = !file.TryReadHeader(out var header);
        if (!isDamaged)
        {
            if (header.Version > FileHeader.EventSegmentVersion)
                throw new InvalidDataException($"{path} has format version {header.Version}; this program reads up to {FileHeader.EventSegmentVersion}. Use the newer program that wrote it.");
        }
        else
        {
            header = default;
            problems.Add(new Corruption(path, 0, "the file header is damaged; its blocks are read all the same"));
        }
        var footer = file.ReadFooter(FrameType.SegmentFooter) is { } frame ? SegmentFooter.Read(SealedFile.Payload(frame)) : null;
        if (footer is null)
        {
            problems.Add(new Corruption(path, file.SizeBytes, "the footer is damaged; the index is rebuilt from the blocks"));
            footer = Rebuild(disk, signal, file, problems);
            isDamaged = true;
        }
        return new EventSegment<TBatch>(signal, file, problems, footer, header) { Number = number, IsDamaged = isDamaged };
    }

    /// <summary>The rows of a block, of those a filter does not want maybe none; null, with a warning, when it is damaged.</summary>
    public TBatch? ReadBlock(BlockEntry block, EventFilter<TBatch>? filter, ICollection<string> warnings)
    {
        var frame = ArrayPool<byte>.Shared.Rent(block.Size);
        try
        {
            TBatch? batch = null;
            if (_file.TryReadFrame(block.Offset, block.Size, FrameType.EventBlock, ref frame) && Frame.TryReadPayload(frame, out var payload))
                batch = filter is null ? _signal.Decode(payload) : _signal.Decode(payload, filter);
            if (batch is null)
                Warn(warnings, block.Offset, $"a damaged block of {block.Rows} {_signal.Name} is left out");
            return batch;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Whether all needles may stand in a block; a damaged filter excludes nothing.</summary>
    public bool MayContain(BlockEntry block, IReadOnlyList<ReadOnlyMemory<byte>>? needles, ICollection<string> warnings)
    {
        if (needles is null || needles.Count == 0 || block.BloomSize == 0)
            return true;
        var frame = ArrayPool<byte>.Shared.Rent(block.BloomSize);
        try
        {
            var type = _footer.HasTokenBlooms ? FrameType.TokenBloom : FrameType.WordFilter;
            if (!_file.TryReadFrame(block.BloomOffset, block.BloomSize, type, ref frame) || !Frame.TryReadPayload(frame, out var filter))
            {
                Warn(warnings, block.BloomOffset, "a filter of words is damaged; its block is read instead");
                return true;
            }
            foreach (var needle in needles)
            {
                if (!(_footer.HasTokenBlooms ? TokenBloom.MayContain(filter, needle.Span) : WordFilter.MayContain(filter, needle.Span)))
                    return false;
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Adds the blocks that may have spans of a trace.</summary>
    public void FindTrace(ulong fingerprint, HashSet<int> blocks, ICollection<string> warnings)
    {
        var pages = _footer.TracePages;
        for (var i = 0; i < pages.Count && pages[i].First <= fingerprint; i++)
        {
            // Why: the fingerprint may run over from one page into the next, so the page before the first larger one is not enough.
            if (i + 1 < pages.Count && pages[i + 1].First < fingerprint)
                continue;
            var frame = _file.ReadFrame(pages[i].Offset, pages[i].Size, FrameType.TraceIndexPage);
            if (frame is not null)
            {
                SearchPage(SealedFile.Payload(frame), fingerprint, blocks);
                continue;
            }
            Warn(warnings, pages[i].Offset, "a page of the trace index is damaged; every block is searched instead");
            AddAll(blocks);
            return;
        }
        if (pages.Count == 0)
            AddAll(blocks);
    }

    /// <summary>Reads everything once and reports damage.</summary>
    public void Verify()
    {
        var bytes = _file.ReadAll();
        if (bytes is null)
            return;
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            _problems.Add(new Corruption(Path, offset, $"{length} damaged bytes; the other blocks of the segment are kept"));
    }

    public void Close() => _file.Dispose();

    private void AddAll(HashSet<int> blocks)
    {
        for (var i = 0; i < _footer.Blocks.Count; i++)
            blocks.Add(i);
    }

    private static void SearchPage(ReadOnlySpan<byte> page, ulong fingerprint, HashSet<int> blocks)
    {
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(page);
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (BinaryPrimitives.ReadUInt64LittleEndian(page[(4 + middle * 8)..]) < fingerprint)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < count && BinaryPrimitives.ReadUInt64LittleEndian(page[(4 + low * 8)..]) == fingerprint; low++)
            blocks.Add((int)BinaryPrimitives.ReadUInt32LittleEndian(page[(4 + count * 8 + low * 4)..]));
    }

    private void Warn(ICollection<string> warnings, long offset, string reason)
    {
        var corruption = new Corruption(Path, offset, reason);
        _problems.Add(corruption);
        warnings.Add(corruption.ToString());
    }

    private static SegmentFooter Rebuild(Disk disk, EventSignal<TBatch> signal, SealedFile file, ProblemLog problems)
    {
        var footer = new SegmentFooter();
        if (file.ReadAll() is not { } bytes)
            return footer;
        var indexer = new SegmentWriter<TBatch>(disk, signal);
        var traces = new List<(ulong, int)>();
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
            if (frames.Type == FrameType.EventBlock && signal.Decode(frames.Payload) is { } batch)
                indexer.Index(batch, footer, traces, frames.Offset, frames.Size, 0, 0);
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            problems.Add(new Corruption(file.Path, offset, $"{length} damaged bytes are skipped; the other blocks are kept"));
        return footer;
    }
}
