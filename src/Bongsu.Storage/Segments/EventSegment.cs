using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>
/// A sealed segment: its index in memory, its blocks on disk. A damaged block is left out alone, and said; once found it is in quarantine: not read again, and
/// its segment is not merged with others, so that its bytes stay for who can mend them. Thread-safe.
/// </summary>
internal sealed class EventSegment<TBatch> where TBatch : class, new()
{
    private readonly EventSignal<TBatch> _signal;
    private readonly SealedFile _file;
    private readonly ProblemLog _problems;
    private readonly SegmentFooter _footer;
    private readonly ConcurrentDictionary<long, byte> _quarantine = [];
    private readonly bool _isDamaged;

    private EventSegment(EventSignal<TBatch> signal, SealedFile file, ProblemLog problems, SegmentFooter footer, FileHeader header, bool isDamaged)
    {
        _isDamaged = isDamaged;
        _signal = signal;
        _file = file;
        _problems = problems;
        _footer = footer;
        WalThrough = header.Second;
        ReplacesFrom = header.First;
        IsOfPresentFormat = header.Version == FileHeader.EventSegmentVersion;
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

    /// <summary>Whether header, footer or a block could not be read: what is left of it is read, and it is not merged with others.</summary>
    public bool IsDamaged => _isDamaged || !_quarantine.IsEmpty;

    /// <summary>Whether its blocks can go as they are into a segment of today.</summary>
    public bool IsOfPresentFormat { get; }

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
        return new EventSegment<TBatch>(signal, file, problems, footer, header, isDamaged) { Number = number };
    }

    /// <summary>The rows of a block, of those a filter does not want maybe none; null, with a warning, when it is damaged.</summary>
    public TBatch? ReadBlock(BlockEntry block, EventFilter<TBatch>? filter, ICollection<string> warnings)
    {
        using var buffers = BlockBuffers.Rent();
        TBatch? batch = null;
        if (!_quarantine.ContainsKey(block.Offset) && block.Offset + block.Size <= _file.SizeBytes)
            batch = Decode(new BlockBytes(buffers, _file, block.Offset, block.Size), filter);
        if (batch is null)
            Quarantine(block, warnings);
        return batch;
    }

    private TBatch? Decode(BlockBytes bytes, EventFilter<TBatch>? filter)
    {
        if (filter is not null)
            return _signal.Decode(bytes, filter);
        return bytes.TryReadAll(out var block) ? _signal.Decode(block) : null;
    }

    /// <summary>Whether all needles and values of a filter may stand in a block; a damaged filter of words excludes nothing.</summary>
    public bool MayContain(BlockEntry block, EventFilter<TBatch> filter, ICollection<string> warnings)
    {
        if (block.FilterSize == 0)
            return true;
        if (_footer.HasTokenBlooms)
            return filter.Needles is not { Count: > 0 } needles || MayContainTokens(block, needles, warnings);
        foreach (var needle in filter.Needles ?? [])
        {
            if (!MayContain(block, new WordReader(needle.Span), warnings))
                return false;
        }
        foreach (var value in filter.ValuesIn(this))
        {
            if (!MayContain(block, new WordReader(value.Span, isWhole: true), warnings))
                return false;
        }
        return true;
    }

    private bool MayContain(BlockEntry block, WordReader words, ICollection<string> warnings)
    {
        while (words.Read())
        {
            var isKnown = WordFilter.TryHash(words, block.LongestWord, block.LongestNumber, out var hash, out var isAbsent);
            if (isAbsent || (isKnown && !MayContain(block, hash, warnings)))
                return false;
        }
        return true;
    }

    private bool MayContain(BlockEntry block, ulong hash, ICollection<string> warnings)
    {
        Span<byte> bucket = stackalloc byte[WordFilter.BucketSize];
        var buckets = (block.FilterSize - Frame.HeaderSize) / WordFilter.BucketSize;
        var at = block.FilterOffset + Frame.HeaderSize + (long)WordFilter.Bucket(hash, Math.Max(1, buckets)) * WordFilter.BucketSize;
        var answer = buckets > 0 && _file.TryReadPart(at, bucket) ? WordFilter.MayContain(bucket, hash) : null;
        if (answer is null)
            Warn(warnings, block.FilterOffset, "a filter of words is damaged; its block is read instead");
        return answer != false;
    }

    private bool MayContainTokens(BlockEntry block, IReadOnlyList<ReadOnlyMemory<byte>> needles, ICollection<string> warnings)
    {
        if (_file.ReadFrame(block.FilterOffset, block.FilterSize, FrameType.TokenBloom) is not { } frame)
        {
            Warn(warnings, block.FilterOffset, "a filter of words is damaged; its block is read instead");
            return true;
        }
        foreach (var needle in needles)
        {
            if (!TokenBloom.MayContain(SealedFile.Payload(frame), needle.Span))
                return false;
        }
        return true;
    }

    /// <summary>Adds the blocks that may have spans of some traces, whose fingerprints ascend; each page of the index is read once at most.</summary>
    public void FindTraces(List<ulong> fingerprints, HashSet<int> blocks, ICollection<string> warnings)
    {
        if (_footer.TracePages.Count == 0)
            AddAll(blocks);
        var buffer = ArrayPool<byte>.Shared.Rent(1);
        try
        {
            for (var (page, next) = (0, 0); page < _footer.TracePages.Count; page++)
            {
                while (next < fingerprints.Count && fingerprints[next] < _footer.TracePages[page].First)
                    next++;
                if (TrySearchPage(page, fingerprints, next, ref buffer, blocks))
                    continue;
                Warn(warnings, _footer.TracePages[page].Offset, "a page of the trace index is damaged; every block is searched instead");
                AddAll(blocks);
                return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TrySearchPage(int index, List<ulong> fingerprints, int next, ref byte[] buffer, HashSet<int> blocks)
    {
        var page = _footer.TracePages[index];
        // Why included: a fingerprint may run over from one page into the next, so a page may have it whose successor begins with it.
        var last = index + 1 < _footer.TracePages.Count ? _footer.TracePages[index + 1].First : ulong.MaxValue;
        ReadOnlySpan<byte> entries = default;
        for (; next < fingerprints.Count && fingerprints[next] <= last; next++)
        {
            if (entries.IsEmpty && !(_file.TryReadFrame(page.Offset, page.Size, FrameType.TraceIndexPage, ref buffer) && Frame.TryReadPayload(buffer, out entries)))
                return false;
            SearchPage(entries, fingerprints[next], blocks);
        }
        return true;
    }

    /// <summary>Which of some fingerprints, in ascending order, the trace index has; all of them when it cannot be read. Each page is read once at most.</summary>
    public List<int> Holding((ulong Fingerprint, int Trace)[] sorted)
    {
        var found = new List<int>();
        var from = 0;
        for (var page = 0; page < _footer.TracePages.Count; page++)
        {
            // One that runs over from the page before has been found there.
            while (from < sorted.Length && sorted[from].Fingerprint < _footer.TracePages[page].First)
                from++;
            ulong? next = page + 1 < _footer.TracePages.Count ? _footer.TracePages[page + 1].First : null;
            if (from == sorted.Length || sorted[from].Fingerprint > next)
                continue;
            var (offset, size, _) = _footer.TracePages[page];
            if (_file.ReadFrame(offset, size, FrameType.TraceIndexPage) is not { } frame)
                return AllOf(sorted);
            from = SearchPage(SealedFile.Payload(frame), sorted, from, next, found);
        }
        return _footer.TracePages.Count == 0 && Blocks.Count > 0 ? AllOf(sorted) : found;
    }

    // Why: a fingerprint may run over from one page into the next, so a page may have it whose successor begins with it.
    private bool MayBeOnPage(int page, ulong fingerprint) => _footer.TracePages[page].First <= fingerprint
        && (page + 1 == _footer.TracePages.Count || _footer.TracePages[page + 1].First >= fingerprint);

    /// <summary>Reads everything once, a piece at a time, and reports damage.</summary>
    public void Verify(CancellationToken cancellationToken)
    {
        foreach (var (offset, length) in new FrameCheck(_file).Run(cancellationToken))
        {
            _problems.Add(new Corruption(Path, offset, $"{length} damaged bytes; the other blocks of the segment are kept"));
            foreach (var block in _footer.Blocks)
            {
                if (block.Offset < offset + length && offset < block.Offset + block.Size)
                    _quarantine.TryAdd(block.Offset, 0);
            }
        }
    }

    /// <summary>Appends the frames of a block and of its filter anew; false when one is damaged.</summary>
    public bool TryCopy(BlockEntry block, ByteWriter into, ref long sequence, ICollection<string> warnings)
    {
        var frame = _quarantine.ContainsKey(block.Offset) ? null : _file.ReadFrame(block.Offset, block.Size, FrameType.EventBlock);
        var filter = block.FilterSize == 0 ? null : _file.ReadFrame(block.FilterOffset, block.FilterSize, FrameType.WordFilter);
        if (frame is null)
            Quarantine(block, warnings);
        if (frame is null || (filter is null && block.FilterSize > 0))
            return false;
        Frame.Put(into, FrameType.EventBlock, ++sequence, SealedFile.Payload(frame));
        if (filter is not null)
            Frame.Put(into, FrameType.WordFilter, ++sequence, SealedFile.Payload(filter));
        return true;
    }

    /// <summary>All entries of the trace index; false when a page is damaged.</summary>
    public bool TryReadTraces(List<(ulong Fingerprint, int Block)> traces)
    {
        foreach (var page in _footer.TracePages)
        {
            if (_file.ReadFrame(page.Offset, page.Size, FrameType.TraceIndexPage) is not { } frame)
                return false;
            var entries = SealedFile.Payload(frame);
            var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(entries);
            for (var i = 0; i < count; i++)
                traces.Add((BinaryPrimitives.ReadUInt64LittleEndian(entries[(4 + i * 8)..]), (int)BinaryPrimitives.ReadUInt32LittleEndian(entries[(4 + count * 8 + i * 4)..])));
        }
        return true;
    }

    public void Close() => _file.Dispose();

    private void Quarantine(BlockEntry block, ICollection<string> warnings)
    {
        _quarantine.TryAdd(block.Offset, 0);
        Warn(warnings, block.Offset, $"a damaged block of {block.Rows} {_signal.Name} is left out");
    }

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

    private static List<int> AllOf((ulong Fingerprint, int Trace)[] sorted)
    {
        var all = new List<int>(sorted.Length);
        foreach (var (_, trace) in sorted)
            all.Add(trace);
        return all;
    }

    // Both ascend: steps that double find the next place soon, whether there is much or little between. What the next page begins with is there.
    // Returns the first one beyond the page.
    private static int SearchPage(ReadOnlySpan<byte> page, (ulong Fingerprint, int Trace)[] sorted, int from, ulong? next, List<int> found)
    {
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(page);
        var at = 0;
        for (; from < sorted.Length && !(sorted[from].Fingerprint > next); from++)
        {
            var fingerprint = sorted[from].Fingerprint;
            var step = 1;
            while (at + step < count && FingerprintAt(page, at + step) < fingerprint)
                step *= 2;
            var (low, high) = (at + step / 2, Math.Min(count, at + step + 1));
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (FingerprintAt(page, middle) < fingerprint)
                    low = middle + 1;
                else
                    high = middle;
            }
            at = low;
            if (fingerprint == next || (at < count && FingerprintAt(page, at) == fingerprint))
                found.Add(sorted[from].Trace);
        }
        return from;
    }

    private static ulong FingerprintAt(ReadOnlySpan<byte> page, int index) => BinaryPrimitives.ReadUInt64LittleEndian(page[(4 + index * 8)..]);

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
