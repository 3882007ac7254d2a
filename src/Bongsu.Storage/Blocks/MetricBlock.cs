using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Blocks;

/// <summary>A sealed metric block. Its index is read a page at a time when first asked for, and kept while it is used. Thread-safe.</summary>
internal sealed class MetricBlock
{
    private readonly SealedFile _file;
    private readonly ProblemLog _problems;
    private readonly LabelSetPool _pool;
    private readonly BlockFooter _footer;
    private readonly object _loading = new();
    private readonly int[] _pageStarts;
    private readonly List<(long Offset, int Size)> _groups;
    private BlockIndex _index;
    private long _usedMs;

    private MetricBlock(SealedFile file, ProblemLog problems, LabelSetPool pool, BlockFooter footer, long number, FileHeader header, RollupResolution? rollup)
    {
        Rollup = rollup;
        _file = file;
        _problems = problems;
        _pool = pool;
        _footer = footer;
        _groups = footer.Groups;
        Number = number;
        WalThrough = header.Second;
        ReplacesFrom = header.First;
        _pageStarts = new int[footer.Pages.Count + 1];
        for (var i = 0; i < footer.Pages.Count; i++)
            _pageStarts[i + 1] = _pageStarts[i] + footer.Pages[i].Count;
        _index = new BlockIndex(footer.Pages.Count, footer.Postings.Count);
    }

    public string Path => _file.Path;
    public long SizeBytes => _file.SizeBytes;

    /// <summary>In its name; of two values at one time the one in the block of the higher number stands.</summary>
    public long Number { get; }

    /// <summary>What its rows are of; null for a block of samples.</summary>
    public RollupResolution? Rollup { get; }

    public long WalThrough { get; }

    /// <summary>Lowest number of the blocks it replaces; 0 for none.</summary>
    public long ReplacesFrom { get; }

    public bool IsFirstFormat => _footer.IsFirstFormat;

    public List<SealedRange> SealedRanges => _footer.SealedRanges;

    public long MinTimeMs => _footer.MinTimeMs;
    public long MaxTimeMs => _footer.MaxTimeMs;

    /// <summary>End of what it holds: of a rollup that of the last day it was made of, rows or not.</summary>
    public long EndMs
    {
        get
        {
            var end = MaxTimeMs;
            if (Rollup is not null)
            {
                foreach (var day in SealedRanges)
                    end = Math.Max(end, day.ToMs);
            }
            return end;
        }
    }

    public int SeriesCount => _pageStarts[^1];

    /// <summary>Opens a block; one whose footer is damaged is searched for its index.</summary>
    public static MetricBlock Open(string path, ProblemLog problems, LabelSetPool pool, RollupResolution? rollup = null)
    {
        var file = new SealedFile(path);
        if (file.TryReadHeader(out var header))
        {
            if (header.Version > FileHeader.MetricBlockVersion)
                throw new InvalidDataException($"{path} has format version {header.Version}; this program reads up to {FileHeader.MetricBlockVersion}. Use the newer program that wrote it.");
        }
        else
        {
            problems.Add(new Corruption(path, 0, "the file header is damaged; its series are read all the same"));
        }
        var footer = file.ReadFooter(FrameType.BlockFooter) is { } frame ? BlockFooter.Read(SealedFile.Payload(frame)) : null;
        if (footer is null)
        {
            problems.Add(new Corruption(path, file.SizeBytes, "the footer is damaged; the index is searched for"));
            footer = BlockRescue.Rebuild(file, pool);
        }
        DataLayout.TryParseSealed(System.IO.Path.GetFileName(path), rollup?.Signal ?? DataLayout.Metrics, DataLayout.BlockSuffix, out var number);
        return new MetricBlock(file, problems, pool, footer, number, header, rollup);
    }

    /// <summary>Of a rollup: the last block that the rows of a time were made from; -1 when none are known to be.</summary>
    public long MadeThrough(long timeMs)
    {
        foreach (var range in _footer.SealedRanges)
        {
            if (range.FromMs < timeMs && timeMs <= range.ToMs)
                return range.WalThrough;
        }
        return -1;
    }

    /// <summary>Numbers of the series that pass all matchers, ascending, which is the order of their labels.</summary>
    public List<int> Select(IReadOnlyList<LabelMatcher> matchers, ICollection<string> warnings)
    {
        var bits = _footer.IsFirstFormat ? null : BlockPostings.Select(this, matchers, SeriesCount);
        var selected = new List<int>();
        if (bits is null)
        {
            SelectByLabels(matchers, selected, warnings);
            return selected;
        }
        var count = 0;
        foreach (var word in bits)
            count += System.Numerics.BitOperations.PopCount(word);
        selected.EnsureCapacity(count);
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i]; word != 0; word &= word - 1)
                selected.Add(i * 64 + System.Numerics.BitOperations.TrailingZeroCount(word));
        }
        return selected;
    }

    /// <summary>The page of a series, and its place there; null when the page is damaged, which is said.</summary>
    public IndexPage? PageOf(int series, out int place, ICollection<string> warnings)
    {
        var page = Array.BinarySearch(_pageStarts, series);
        page = page < 0 ? ~page - 1 : page;
        place = series - _pageStarts[page];
        return Page(page, warnings);
    }

    public IndexPage? Page(int number, ICollection<string> warnings)
    {
        var index = Volatile.Read(ref _index);
        var page = Volatile.Read(ref index.Pages[number]) ?? LoadPage(index, number);
        if (!ReferenceEquals(page, BlockIndex.DamagedPage))
            return page;
        var (offset, _, count) = _footer.Pages[number];
        Say(new Corruption(Path, offset, $"a damaged page of {count} series is left out"), warnings);
        return null;
    }

    public int PageCount => _footer.Pages.Count;

    public IReadOnlyList<(byte[] Name, byte[] FirstValue, long Offset, int Size)> PostingsPages => _footer.Postings;

    /// <summary>Whether the index over labels is whole as far as it is known.</summary>
    public bool HasPostings => !_footer.IsFirstFormat && (_footer.Postings.Count > 0 || SeriesCount == 0);

    /// <summary>Null when the page is damaged; what it is needed for is then found by the labels themselves.</summary>
    public PostingsPage? Postings(int number)
    {
        var index = Volatile.Read(ref _index);
        if (Volatile.Read(ref index.Postings[number]) is { } loaded)
            return loaded;
        var (_, _, offset, size) = _footer.Postings[number];
        var page = _file.ReadFrame(offset, size, FrameType.PostingsPage) is { } frame ? PostingsPage.TryRead(SealedFile.Payload(frame)) : null;
        if (page is null)
            _problems.Add(new Corruption(Path, offset, "a page of postings is damaged; labels are searched instead"));
        else
            Volatile.Write(ref index.Postings[number], page);
        return page;
    }

    /// <summary>Reads a chunk group into a buffer; false, and said, when it is damaged.</summary>
    public bool TryReadGroup(int group, ref byte[] buffer, out ReadOnlySpan<byte> payload, ICollection<string> warnings)
    {
        payload = default;
        (long Offset, int Size) place;
        lock (_groups)
            place = _groups[group];
        if (_file.TryReadFrame(place.Offset, place.Size, FrameType.ChunkGroup, ref buffer))
        {
            Frame.TryReadPayload(buffer, out payload);
            return true;
        }
        SayDamaged(group, warnings);
        return false;
    }

    public void SayDamaged(int group, ICollection<string> warnings)
    {
        long offset;
        lock (_groups)
            offset = _groups[group].Offset;
        Say(new Corruption(Path, offset, "a damaged group of chunks is left out"), warnings);
    }

    /// <summary>Notes that the index was used.</summary>
    public void Touch(long nowMs) => Volatile.Write(ref _usedMs, nowMs);

    /// <summary>Drops the index from memory when it was not used since a time.</summary>
    public void ForgetUnused(long sinceMs)
    {
        if (Volatile.Read(ref _usedMs) is > 0 and var used && used < sinceMs && Interlocked.CompareExchange(ref _usedMs, 0, used) == used)
            Volatile.Write(ref _index, new BlockIndex(_footer.Pages.Count, _footer.Postings.Count));
    }

    /// <summary>Reads everything once, a piece at a time, and reports damage.</summary>
    public void Verify(CancellationToken cancellationToken)
    {
        foreach (var (offset, length) in new FrameCheck(_file).Run(cancellationToken))
            _problems.Add(new Corruption(Path, offset, $"{length} damaged bytes; the rest of the block is kept"));
    }

    public void Close() => _file.Dispose();

    private void SelectByLabels(IReadOnlyList<LabelMatcher> matchers, List<int> selected, ICollection<string> warnings)
    {
        for (var number = 0; number < PageCount; number++)
        {
            if (Page(number, warnings) is not { } page)
                continue;
            for (var i = 0; i < page.Count; i++)
            {
                if (LabelMatcher.MatchesAll(matchers, page.Labels(i)))
                    selected.Add(_pageStarts[number] + i);
            }
        }
    }

    private IndexPage LoadPage(BlockIndex index, int number)
    {
        lock (_loading)
        {
            if (index.Pages[number] is { } loaded)
                return loaded;
            var (offset, size, count) = _footer.Pages[number];
            var frame = _file.ReadFrame(offset, size, _footer.IsFirstFormat ? FrameType.SeriesPage : FrameType.IndexPage);
            IndexPage? page = null;
            if (frame is not null && _footer.IsFirstFormat)
            {
                lock (_groups)
                    page = FirstFormatPage.TryRead(SealedFile.Payload(frame), _groups, _pool);
            }
            else if (frame is not null)
            {
                page = IndexPage.TryRead(SealedFile.Payload(frame), _groups.Count, _pool);
            }
            page = page?.Count == count ? page : BlockIndex.DamagedPage;
            Volatile.Write(ref index.Pages[number], page);
            return page;
        }
    }

    private void Say(Corruption corruption, ICollection<string> warnings)
    {
        _problems.Add(corruption);
        var text = corruption.ToString();
        lock (warnings)
        {
            if (!warnings.Contains(text))
                warnings.Add(text);
        }
    }
}
