using System.Security.Cryptography;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Writes a metric block: header, chunk groups, index pages, postings, footer, trailer, under a temporary name until all is on the disk. Series come in
/// ascending order of their labels; between <see cref="Begin"/> and <see cref="EndSeries"/> the chunks of one, floats first. See docs/formats/blocks.md.
/// </summary>
internal sealed class MetricBlockWriter : IDisposable
{
    // Read and checked as one: small against what a query of many series reads anyway, large against the frame's header.
    // Why: with the chunk that goes past it and its frame it fits 64 KB, which pools of buffers have.
    private const int GroupBytes = 60 * 1024;

    // A damaged page loses that many series of the block.
    private const int PageSeries = 4096;

    private const int PostingsPageBytes = 64 * 1024;

    // What is below costs less than naming another group.
    private const int MinSharedBytes = 32;

    // Bounds the memory for finding equal chunks; beyond it they are written again.
    private const int MaxShared = 1 << 18;

    private readonly Disk _disk;
    private readonly string _path;
    private readonly ByteWriter _buffer = new(GroupBytes * 2);
    private readonly ByteWriter _group = new(GroupBytes * 2);
    private readonly IndexPage _page = new();
    private readonly PostingsWriter _postings = new();
    private readonly List<ChunkRef> _chunks = [];
    private readonly Dictionary<UInt128, (int Group, int Start)> _values = [];
    private readonly Dictionary<UInt128, int> _times = [];
    private readonly List<ByteWriter> _finishedPages = [];
    private readonly List<int> _finishedCounts = [];
    private readonly BlockFooter _footer;
    private readonly SafeFileHandle _file;
    private LabelSet _labels = LabelSet.Empty;
    private long _offset;
    private long _sequence;
    private long _samples;
    private int _series;
    private long _minTimeMs = long.MaxValue;
    private long _maxTimeMs = long.MinValue;

    /// <param name="disk">Where to.</param>
    /// <param name="path">The name it gets when it is whole.</param>
    /// <param name="walThrough">Number of the last WAL file that it makes needless.</param>
    /// <param name="replacesFrom">Lowest number of the blocks it replaces; 0 for none.</param>
    /// <param name="sealedRanges">Windows that it holds whole.</param>
    /// <param name="resolutionMs">Width of the windows whose rows it holds; 0 for samples as they came.</param>
    public MetricBlockWriter(Disk disk, string path, long walThrough, long replacesFrom, List<SealedRange> sealedRanges, long resolutionMs = 0)
    {
        _disk = disk;
        _path = path;
        _footer = new BlockFooter { SealedRanges = sealedRanges, ResolutionMs = resolutionMs };
        disk.Delete(TemporaryPath);
        _file = disk.Create(TemporaryPath);
        new FileHeader(FileKind.MetricBlock, FileHeader.MetricBlockVersion, replacesFrom, walThrough).Put(_buffer);
        Flush();
    }

    /// <summary>Series written so far.</summary>
    public int Series => _series;

    private string TemporaryPath => _path + DataLayout.TemporarySuffix;

    public void Begin(LabelSet labels)
    {
        _labels = labels;
        _chunks.Clear();
    }

    public void AddFloats(ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        StartChunk();
        var start = _group.Length;
        ValueCodec.Put(_group, values, withSummary: true);
        AddFloats(times, start);
    }

    /// <summary>Adds floats whose values are coded already.</summary>
    public void AddFloats(ReadOnlySpan<long> times, ReadOnlySpan<byte> coded)
    {
        StartChunk();
        var start = _group.Length;
        _group.PutBytes(coded);
        AddFloats(times, start);
    }

    /// <summary>Adds a chunk of rollup rows.</summary>
    public void AddRows(ReadOnlySpan<SampleRun> rows)
    {
        StartChunk();
        var start = _group.Length;
        RollupCodec.PutValues(_group, rows);
        var (group, values) = Share(start);
        var timesStart = _group.Length;
        RollupCodec.PutTimes(_group, rows);
        AddTimed(timesStart, group, values, rows.Length, rows[0].FirstMs, rows[^1].LastMs);
    }

    public void AddHistograms(SampleColumns samples, int from, int count)
    {
        StartChunk();
        var start = _group.Length;
        var times = samples.HistogramTimesMs.Span.Slice(from, count);
        ChunkContent.PutHistograms(_group, times, samples.Histograms, from);
        AddChunk(ChunkKind.Histograms, start, count, times[0], times[^1]);
        _samples += count;
    }

    public void AddStartTimes(SampleColumns samples)
    {
        StartChunk();
        var start = _group.Length;
        ChunkContent.PutStartTimes(_group, samples);
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var chunk in _chunks)
            (min, max) = (Math.Min(min, chunk.MinMs), Math.Max(max, chunk.MaxMs));
        AddChunk(ChunkKind.StartTimes, start, 0, min, max);
    }

    public void AddExemplars(IReadOnlyList<Exemplar> exemplars)
    {
        StartChunk();
        var start = _group.Length;
        ChunkContent.PutExemplars(_group, exemplars);
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var exemplar in exemplars)
            (min, max) = (Math.Min(min, exemplar.TimestampMs), Math.Max(max, exemplar.TimestampMs));
        AddChunk(ChunkKind.Exemplars, start, exemplars.Count, min, max);
    }

    public void EndSeries()
    {
        if (_chunks.Count == 0)
            return;
        foreach (var chunk in _chunks)
            (_minTimeMs, _maxTimeMs) = (Math.Min(_minTimeMs, chunk.MinMs), Math.Max(_maxTimeMs, chunk.MaxMs));
        _page.Add(_labels, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_chunks));
        _postings.Add(_labels, _series++);
        if (_page.Count == PageSeries)
            FinishPage();
    }

    /// <summary>Makes the block durable and gives it its name.</summary>
    public void Finish()
    {
        FinishGroup();
        FinishPage();
        for (var i = 0; i < _finishedPages.Count; i++)
        {
            _footer.Pages.Add((_offset, Frame.SizeOf(_finishedPages[i].Length), _finishedCounts[i]));
            WriteFrame(FrameType.IndexPage, _finishedPages[i].Written);
        }
        _postings.Put(PostingsPageBytes, (name, first, bytes) =>
        {
            _footer.Postings.Add((name, first, _offset, Frame.SizeOf(bytes.Length)));
            WriteFrame(FrameType.PostingsPage, bytes.Written);
        });
        WriteFooter();
        _disk.Sync(_file);
        _file.Dispose();
        _disk.Rename(TemporaryPath, _path);
        _disk.SyncDirectory(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Removes what was not finished.</summary>
    public void Dispose()
    {
        _file.Dispose();
        try
        {
            _disk.Delete(TemporaryPath);
        }
        catch (IOException)
        {
            // The next start removes temporary files.
        }
    }

    // A chunk begins with room for it, so that times and values of one stand in one group.
    private void StartChunk()
    {
        if (_group.Length >= GroupBytes)
            FinishGroup();
    }

    private void AddFloats(ReadOnlySpan<long> times, int start)
    {
        var (group, values) = Share(start);
        var timesStart = _group.Length;
        TimeCodec.Put(_group, times);
        AddTimed(timesStart, group, values, times.Length, times[0], times[^1]);
    }

    // The same times stand once in a group.
    private void AddTimed(int timesStart, int group, int values, int count, long minMs, long maxMs)
    {
        var key = KeyOf(_group.Written[timesStart..]);
        if (_times.TryGetValue(key, out var same))
            _group.Truncate(timesStart);
        else
            _times[key] = same = timesStart;
        _chunks.Add(new ChunkRef(ChunkKind.Floats, _footer.Groups.Count, same, group, values, count, minMs, maxMs));
        _samples += count;
    }

    private void AddChunk(ChunkKind kind, int start, int count, long minMs, long maxMs) =>
        _chunks.Add(new ChunkRef(kind, _footer.Groups.Count, 0, _footer.Groups.Count, start, count, minMs, maxMs));

    // The same values stand once in a block (a histogram's count and its +Inf bucket, idle counters). Compared by a cryptographic hash, so that no sender can
    // make its values pass for another's.
    private (int Group, int Start) Share(int start)
    {
        var bytes = _group.Written[start..];
        if (bytes.Length < MinSharedBytes)
            return (_footer.Groups.Count, start);
        var key = KeyOf(bytes);
        if (_values.TryGetValue(key, out var same))
        {
            _group.Truncate(start);
            return same;
        }
        if (_values.Count < MaxShared)
            _values[key] = (_footer.Groups.Count, start);
        return (_footer.Groups.Count, start);
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private void FinishGroup()
    {
        if (_group.Length == 0)
            return;
        // Decoders load eight bytes at once.
        _group.PutUInt64(0);
        _footer.Groups.Add((_offset, Frame.SizeOf(_group.Length)));
        WriteFrame(FrameType.ChunkGroup, _group.Written);
        _group.Clear();
        _times.Clear();
    }

    private void FinishPage()
    {
        if (_page.Count == 0)
            return;
        var bytes = new ByteWriter(_page.Count * 16);
        _page.Put(bytes);
        _finishedPages.Add(bytes);
        _finishedCounts.Add(_page.Count);
        _page.Clear();
    }

    private void WriteFooter()
    {
        var footer = _footer with { MinTimeMs = _minTimeMs, MaxTimeMs = _maxTimeMs, Samples = _samples };
        var footerOffset = _offset;
        var start = Frame.Begin(_buffer);
        footer.Put(_buffer);
        Frame.End(_buffer, start, FrameType.BlockFooter, ++_sequence);
        var footerSize = _buffer.Length;
        start = Frame.Begin(_buffer);
        _buffer.PutUInt64((ulong)footerOffset);
        _buffer.PutUInt64((ulong)footerSize);
        Frame.End(_buffer, start, FrameType.Trailer, ++_sequence);
        Flush();
    }

    private void WriteFrame(FrameType type, ReadOnlySpan<byte> payload)
    {
        Frame.Put(_buffer, type, ++_sequence, payload);
        Flush();
    }

    private void Flush()
    {
        _disk.Write(_file, _buffer.Written, _offset);
        _offset += _buffer.Length;
        _buffer.Clear();
    }
}
