using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>A sealed metric block. Its series are read when first asked for and kept while they are used. Thread-safe.</summary>
internal sealed class MetricBlock
{
    private readonly SealedFile _file;
    private readonly ProblemLog _problems;
    private readonly BlockFooter _footer;
    private readonly WeakReference<List<BlockSeries>?> _series = new(null);
    private string? _pageWarning;

    private MetricBlock(SealedFile file, ProblemLog problems, BlockFooter footer, long number, FileHeader header)
    {
        _file = file;
        _problems = problems;
        _footer = footer;
        Number = number;
        WalThrough = header.Second;
        ReplacesFrom = header.First;
    }

    public string Path => _file.Path;
    public long SizeBytes => _file.SizeBytes;

    /// <summary>In its name; of two values at one time the one in the block of the higher number stands.</summary>
    public long Number { get; }

    public long WalThrough { get; }

    /// <summary>Lowest number of the blocks it replaces; 0 for none.</summary>
    public long ReplacesFrom { get; }

    public long MinTimeMs => _footer.MinTimeMs;
    public long MaxTimeMs => _footer.MaxTimeMs;

    /// <summary>Opens a block; one whose footer is damaged is searched for its series pages.</summary>
    public static MetricBlock Open(string path, ProblemLog problems)
    {
        var file = new SealedFile(path);
        if (file.TryReadHeader(out var header))
        {
            if (header.Version > FileHeader.CurrentVersion)
                throw new InvalidDataException($"{path} has format version {header.Version}; this program reads up to {FileHeader.CurrentVersion}. Use the newer program that wrote it.");
        }
        else
        {
            problems.Add(new Corruption(path, 0, "the file header is damaged; its series are read all the same"));
        }
        var footer = file.ReadFooter(FrameType.BlockFooter) is { } frame ? BlockFooter.Read(SealedFile.Payload(frame)) : null;
        if (footer is null)
        {
            problems.Add(new Corruption(path, file.SizeBytes, "the footer is damaged; the series pages are searched for"));
            footer = Rebuild(file);
        }
        DataLayout.TryParseSealed(System.IO.Path.GetFileName(path), DataLayout.Metrics, DataLayout.BlockSuffix, out var number);
        return new MetricBlock(file, problems, footer, number, header);
    }

    public List<BlockSeries> Series(ICollection<string> warnings)
    {
        if (_series.TryGetTarget(out var series) && series is not null)
        {
            if (_pageWarning is not null)
                warnings.Add(_pageWarning);
            return series;
        }
        series = [];
        foreach (var (offset, size, count) in _footer.Pages)
        {
            if (_file.ReadFrame(offset, size, FrameType.SeriesPage) is { } frame && SeriesPage.TryRead(SealedFile.Payload(frame), series))
                continue;
            var corruption = new Corruption(Path, offset, $"a damaged page of {count} series is left out");
            _problems.Add(corruption);
            warnings.Add(_pageWarning = corruption.ToString());
        }
        _series.SetTarget(series);
        return series;
    }

    /// <summary>Appends the samples of a series; a damaged chunk group is left out, and said.</summary>
    public void Read(in BlockSeries series, SampleColumns into, List<Exemplar>? exemplars, ICollection<string> warnings)
    {
        var frame = _file.ReadFrame(series.GroupOffset, series.GroupSize, FrameType.ChunkGroup);
        if (frame is not null)
        {
            var payload = SealedFile.Payload(frame);
            if (series.Start <= payload.Length && series.Length <= payload.Length - series.Start
                && SeriesChunk.TryRead(payload.Slice(series.Start, series.Length), into, exemplars))
                return;
        }
        into.Clear();
        var corruption = new Corruption(Path, series.GroupOffset, "a damaged group of chunks is left out");
        _problems.Add(corruption);
        lock (warnings)
            warnings.Add(corruption.ToString());
    }

    /// <summary>Reads everything once and reports damage.</summary>
    public void Verify()
    {
        if (_file.ReadAll() is not { } bytes)
            return;
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
        }
        foreach (var (offset, length, _) in frames.Damages ?? [])
            _problems.Add(new Corruption(Path, offset, $"{length} damaged bytes; the rest of the block is kept"));
    }

    public void Close() => _file.Dispose();

    private static BlockFooter Rebuild(SealedFile file)
    {
        var footer = new BlockFooter(long.MaxValue, long.MinValue, []);
        if (file.ReadAll() is not { } bytes)
            return footer;
        var frames = new FrameScanner(bytes);
        var series = new List<BlockSeries>();
        while (frames.Read())
        {
            var before = series.Count;
            if (frames.Type == FrameType.SeriesPage && SeriesPage.TryRead(frames.Payload, series))
                footer.Pages.Add((frames.Offset, frames.Size, series.Count - before));
        }
        foreach (var one in series)
            footer = footer with { MinTimeMs = Math.Min(footer.MinTimeMs, one.MinTimeMs), MaxTimeMs = Math.Max(footer.MaxTimeMs, one.MaxTimeMs) };
        return footer;
    }
}
