using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// Writes a metric block: header, chunk groups, series pages, footer, trailer, under a temporary name until all is on the disk. Series come in the
/// order they are to be stored. See docs/formats/blocks.md.
/// </summary>
internal sealed class MetricBlockWriter : IDisposable
{
    // Read and checked as one: small against what a query of many series reads anyway, large against the frame's header.
    private const int GroupBytes = 32 * 1024;

    // A damaged page loses that many series of the block.
    private const int PageSeries = 4096;

    private readonly Disk _disk;
    private readonly string _path;
    private readonly ByteWriter _buffer = new(GroupBytes * 2);
    private readonly ByteWriter _group = new(GroupBytes * 2);
    private readonly List<BlockSeries> _series = [];
    private readonly List<(LabelSet Labels, int Start, int Length, long Min, long Max)> _groupSeries = [];
    private readonly List<(long Offset, int Size, int Count)> _pages = [];
    private readonly SafeFileHandle _file;
    private long _offset;
    private long _sequence;
    private long _minTimeMs = long.MaxValue;
    private long _maxTimeMs = long.MinValue;

    /// <param name="disk">Where to.</param>
    /// <param name="path">The name it gets when it is whole.</param>
    /// <param name="walThrough">Number of the last WAL file that it makes needless.</param>
    /// <param name="replacesFrom">Lowest number of the blocks it replaces; 0 for none.</param>
    public MetricBlockWriter(Disk disk, string path, long walThrough, long replacesFrom)
    {
        _disk = disk;
        _path = path;
        disk.Delete(TemporaryPath);
        _file = disk.Create(TemporaryPath);
        new FileHeader(FileKind.MetricBlock, FileHeader.CurrentVersion, replacesFrom, walThrough).Put(_buffer);
        Flush();
    }

    private string TemporaryPath => _path + DataLayout.TemporarySuffix;

    public void Add(LabelSet labels, SampleColumns samples, IReadOnlyList<Exemplar> exemplars)
    {
        var (min, max) = Times(samples);
        var start = _group.Length;
        SeriesChunk.Put(_group, samples, exemplars);
        _groupSeries.Add((labels, start, _group.Length - start, min, max));
        _minTimeMs = Math.Min(_minTimeMs, min);
        _maxTimeMs = Math.Max(_maxTimeMs, max);
        if (_group.Length >= GroupBytes)
            FinishGroup();
    }

    /// <summary>Makes the block durable and gives it its name.</summary>
    public void Finish()
    {
        FinishGroup();
        for (var from = 0; from < _series.Count; from += PageSeries)
            WritePage(from, Math.Min(PageSeries, _series.Count - from));
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

    private static (long Min, long Max) Times(SampleColumns samples)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        if (samples.TimesMs.Count > 0)
            (min, max) = (samples.TimesMs[0], samples.TimesMs[samples.TimesMs.Count - 1]);
        if (samples.HistogramTimesMs.Count > 0)
            (min, max) = (Math.Min(min, samples.HistogramTimesMs[0]), Math.Max(max, samples.HistogramTimesMs[samples.HistogramTimesMs.Count - 1]));
        return (min, max);
    }

    private void FinishGroup()
    {
        if (_group.Length == 0)
            return;
        Frame.Put(_buffer, FrameType.ChunkGroup, ++_sequence, _group.Written);
        foreach (var (labels, start, length, min, max) in _groupSeries)
            _series.Add(new BlockSeries(labels, _offset, _buffer.Length, start, length, min, max));
        Flush();
        _group.Clear();
        _groupSeries.Clear();
    }

    private void WritePage(int from, int count)
    {
        var start = Frame.Begin(_buffer);
        SeriesPage.Put(_buffer, _series, from, count);
        Frame.End(_buffer, start, FrameType.SeriesPage, ++_sequence);
        _pages.Add((_offset, _buffer.Length, count));
        Flush();
    }

    private void WriteFooter()
    {
        var footerOffset = _offset;
        var start = Frame.Begin(_buffer);
        new BlockFooter(_minTimeMs, _maxTimeMs, _pages).Put(_buffer);
        Frame.End(_buffer, start, FrameType.BlockFooter, ++_sequence);
        var footerSize = _buffer.Length;
        start = Frame.Begin(_buffer);
        _buffer.PutUInt64((ulong)footerOffset);
        _buffer.PutUInt64((ulong)footerSize);
        Frame.End(_buffer, start, FrameType.Trailer, ++_sequence);
        Flush();
    }

    private void Flush()
    {
        _disk.Write(_file, _buffer.Written, _offset);
        _offset += _buffer.Length;
        _buffer.Clear();
    }
}
