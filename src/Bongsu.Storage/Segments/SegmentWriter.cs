using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Segments;

/// <summary>
/// Writes a segment: header, for each block its columns and its filter of words, the trace index, footer, trailer; under a temporary name until all of
/// it is on the disk. See docs/formats/segments.md.
/// </summary>
internal sealed class SegmentWriter<TBatch>(Disk disk, EventSignal<TBatch> signal) where TBatch : class, new()
{
    private const long MaxBlockBytes = 2 << 20;

    private readonly ByteWriter _buffer = new(1 << 16);
    private readonly SegmentFooter _footer = new();
    private readonly List<(ulong Fingerprint, int Block)> _traces = [];
    private readonly EventCopier<TBatch> _block = signal.NewCopier();
    private SafeFileHandle? _file;
    private long _offset;
    private long _sequence;

    /// <summary>Writes rows in time order to a file. A failure leaves nothing but a temporary file, which the next start removes.</summary>
    /// <exception cref="IOException">The disk is full or failing.</exception>
    public void Write(string path, EventPart<TBatch>[] parts, long walThrough, long nowMs) => WriteFile(path, 0, walThrough, nowMs, () =>
    {
        foreach (var place in EventOrder.Ascending(signal, parts))
            Add(parts[(int)(place >> 32)].Batch, (int)place);
        return true;
    });

    /// <summary>Writes what a merge gives; false, and nothing is left, when the merge had something to warn of.</summary>
    /// <exception cref="IOException">The disk is full or failing.</exception>
    public bool TryMerge(string path, List<(EventSegment<TBatch> Segment, int Block)> copies, EventMerge<TBatch> merge, List<string> warnings, long replacesFrom, long walThrough, long sealedMs,
        CancellationToken cancellationToken) => WriteFile(path, replacesFrom, walThrough, sealedMs, () =>
    {
        if (!TryCopy(copies, warnings, cancellationToken))
            return false;
        while (merge.Next(cancellationToken) is { } batch)
        {
            for (var row = 0; row < signal.Count(batch); row++)
                Add(batch, row);
        }
        return warnings.Count == 0;
    });

    private bool WriteFile(string path, long replacesFrom, long walThrough, long sealedMs, Func<bool> addRows)
    {
        var temporary = path + DataLayout.TemporarySuffix;
        disk.Delete(temporary);
        var isDone = false;
        try
        {
            using (_file = disk.Create(temporary))
            {
                new FileHeader(FileKind.EventSegment, FileHeader.EventSegmentVersion, replacesFrom, walThrough).Put(_buffer);
                Flush();
                if (!addRows())
                    return false;
                if (signal.Count(_block.Target) > 0)
                    Cut();
                WriteTraces();
                WriteFooter(sealedMs);
                disk.Sync(_file);
            }
            disk.Rename(temporary, path);
            isDone = true;
        }
        finally
        {
            if (!isDone)
                TryDelete(temporary);
        }
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    // Blocks go as they are; the trace index says again where each trace is.
    private bool TryCopy(List<(EventSegment<TBatch> Segment, int Block)> copies, List<string> warnings, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<(EventSegment<TBatch>, int), int>();
        var sources = new HashSet<EventSegment<TBatch>>();
        foreach (var (segment, index) in copies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = segment.Blocks[index];
            if (!segment.TryCopy(block, _buffer, ref _sequence, warnings))
                return false;
            var tags = new int[block.Tags.Length];
            for (var i = 0; i < tags.Length; i++)
                tags[i] = _footer.Tags.Add(segment.Tag(block.Tags[i]));
            numbers[(segment, index)] = _footer.Blocks.Count;
            _footer.Blocks.Add(block with { Offset = _offset, FilterOffset = block.FilterSize > 0 ? _offset + block.Size : 0, Tags = tags });
            Flush();
            sources.Add(segment);
        }
        foreach (var segment in sources)
        {
            var traces = new List<(ulong Fingerprint, int Block)>();
            if (!segment.TryReadTraces(traces))
                return false;
            foreach (var (fingerprint, block) in traces)
            {
                if (numbers.TryGetValue((segment, block), out var number))
                    _traces.Add((fingerprint, number));
            }
        }
        return true;
    }

    private void Add(TBatch batch, int row)
    {
        _block.Copy(batch, row);
        var count = signal.Count(_block.Target);
        if (count >= signal.BlockRows || (count % 64 == 0 && signal.SizeBytes(_block.Target) >= MaxBlockBytes))
            Cut();
    }

    private void Cut()
    {
        WriteBlock(_block.Target);
        _block.Clear();
    }

    private void WriteBlock(TBatch batch)
    {
        var offset = _offset;
        var start = Frame.Begin(_buffer);
        signal.Encode(batch, _buffer, compress: true);
        Frame.End(_buffer, start, FrameType.EventBlock, ++_sequence);
        var size = _buffer.Length;
        Flush();
        var (filterOffset, filterSize) = WriteWords();
        Index(batch, _footer, _traces, offset, size, filterOffset, filterSize);
    }

    private (long Offset, int Size) WriteWords()
    {
        var start = Frame.Begin(_buffer);
        if (signal.Words?.Put(_buffer) != true)
        {
            _buffer.Clear();
            return (0, 0);
        }
        Frame.End(_buffer, start, FrameType.WordFilter, ++_sequence);
        var offset = _offset;
        var size = _buffer.Length;
        Flush();
        return (offset, size);
    }

    /// <summary>Adds a block to a footer; also rebuilds the index of a segment whose footer is damaged.</summary>
    public void Index(TBatch batch, SegmentFooter footer, List<(ulong Fingerprint, int Block)> traces, long offset, int size, long filterOffset, int filterSize)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        var tags = new SortedSet<int>();
        signal.AddTags(batch, footer.Tags, tags);
        var seen = new HashSet<ulong>();
        for (var row = 0; row < signal.Count(batch); row++)
        {
            min = Math.Min(min, signal.TimeNanos(batch, row));
            max = Math.Max(max, signal.TimeNanos(batch, row));
            var trace = signal.TraceFingerprint(batch, row);
            if (trace != 0 && seen.Add(trace))
                traces.Add((trace, footer.Blocks.Count));
        }
        var (duration, statuses) = signal.Extremes(batch);
        footer.Blocks.Add(new BlockEntry(offset, size, filterOffset, filterSize, signal.Count(batch), min, max, duration, statuses, [.. tags])
        {
            LongestWord = signal.Words?.LongestWord ?? 0,
            LongestNumber = signal.Words?.LongestNumber ?? 0,
        });
    }

    private void WriteTraces()
    {
        _traces.Sort();
        for (var from = 0; from < _traces.Count; from += TracePage.MaxEntries)
        {
            var count = Math.Min(TracePage.MaxEntries, _traces.Count - from);
            var start = Frame.Begin(_buffer);
            _buffer.PutUInt32((uint)count);
            for (var i = from; i < from + count; i++)
                _buffer.PutUInt64(_traces[i].Fingerprint);
            for (var i = from; i < from + count; i++)
                _buffer.PutUInt32((uint)_traces[i].Block);
            Frame.End(_buffer, start, FrameType.TraceIndexPage, ++_sequence);
            _footer.TracePages.Add(new TracePage(_offset, _buffer.Length, _traces[from].Fingerprint));
            Flush();
        }
    }

    private void WriteFooter(long nowMs)
    {
        _footer.SealedMs = nowMs;
        var footerOffset = _offset;
        var start = Frame.Begin(_buffer);
        _footer.Put(_buffer);
        Frame.End(_buffer, start, FrameType.SegmentFooter, ++_sequence);
        var footerSize = _buffer.Length;
        start = Frame.Begin(_buffer);
        _buffer.PutUInt64((ulong)footerOffset);
        _buffer.PutUInt64((ulong)footerSize);
        Frame.End(_buffer, start, FrameType.Trailer, ++_sequence);
        Flush();
    }

    private void Flush()
    {
        disk.Write(_file!, _buffer.Written, _offset);
        _offset += _buffer.Length;
        _buffer.Clear();
    }

    private void TryDelete(string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (IOException)
        {
            // The next start removes temporary files.
        }
    }
}
