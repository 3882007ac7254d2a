using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Wal;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// The metric engine: WAL, heads, sealed blocks. Appends are admitted, written and applied by one thread, in groups; readers take the view of a
/// moment and never wait for a seal. Lock order: commit, then view, then a head's gate. Sealing, merging, deletion and snapshots are called by one thread at
/// a time (see <see cref="Maintenance"/>).
/// </summary>
internal sealed class MetricStore : IDisposable
{
    // A block's index that nobody asked for so long leaves memory.
    private const long IndexIdleMs = 900_000;

    // A table with more idle series than one in four is replaced.
    private const int MaxIdleShare = 4;

    private const long RetentionLookMs = 3_600_000;

    private readonly EventStoreSetup _setup;
    private readonly string _directory;
    private readonly WalDirectory _walFiles;
    private readonly WalWriter _wal;
    private readonly CommitQueue<AppendRequest<MetricBatch>> _queue;
    private readonly object _commitLock = new();
    private readonly object _viewLock = new();
    private readonly LabelSetPool _pool = new();
    private readonly HeadRouter _router;
    private readonly MetricCommit _commit;
    private readonly MetadataTable _metadata;
    private readonly CardinalityCount _cardinality = new();
    private readonly long _windowMs;
    private volatile MetricView _view;
    private long _nextBlock;
    private long _lookedInsideMs = -RetentionLookMs;
    private long _appended;
    private bool _isSealAsked;
    private string? _sealProblem;
    private string? _compactProblem;

    /// <summary>Opens what is sealed and replays the WAL.</summary>
    public MetricStore(EventStoreSetup setup, CancellationToken cancellationToken)
    {
        _setup = setup;
        _windowMs = (long)setup.Options.BlockWindow.TotalMilliseconds;
        _directory = Path.Combine(setup.Options.Directory, DataLayout.BlocksDirectory);
        var walDirectory = Path.Combine(setup.Options.Directory, DataLayout.WalDirectory);
        _walFiles = new WalDirectory(setup.Disk, walDirectory, DataLayout.Metrics, setup.Problems);
        _metadata = new MetadataTable(MetadataFile.Read(MetadataPath, setup.Problems));
        _router = new HeadRouter(_windowMs, new SeriesTable(_pool, null));
        var blocks = BlockDirectory.Open(setup, _directory, _pool);
        var deletions = DeletionFile.Read(DeletionsPath, setup.Problems);
        _nextBlock = BlockDirectory.NextNumber(blocks, deletions);
        _view = new MetricView(blocks, [], [], deletions);
        var applier = new RecordApplier(_router, _windowMs);
        var sealedRanges = BlockDirectory.SealedRanges(blocks);
        var replay = new MetricReplay(_router, applier, _metadata, sealedRanges, setup.Clock.RunningMs);
        var next = BlockDirectory.NextWal(_walFiles.Replay(BlockDirectory.SealedThrough(blocks), replay.Apply, cancellationToken), sealedRanges);
        replay.Report(setup.Problems);
        PublishHeads();
        _wal = new WalWriter(setup.Disk, walDirectory, DataLayout.Metrics, setup.Options.Durability, next) { MaxFileBytes = setup.Options.WalFileBytes };
        _commit = new MetricCommit(setup, _wal, _metadata, applier);
        _queue = new CommitQueue<AppendRequest<MetricBatch>>("bongsu-metrics-wal", Commit);
    }

    /// <summary>Called when a head is due for sealing, from the commit thread.</summary>
    public Action? SealDue { private get; set; }

    public MetricView View => _view;

    public long Appended => Volatile.Read(ref _appended);

    public int ActiveSeries => HeadSet.Active(_view.Heads);

    public IReadOnlyList<MetricMetadata> Metadata => _metadata.All();

    public long DiskBytes
    {
        get
        {
            var size = _walFiles.SizeBytes();
            foreach (var block in _view.Blocks)
                size += block.SizeBytes;
            return size;
        }
    }

    private string MetadataPath => Path.Combine(_directory, DataLayout.MetadataFile);

    private string DeletionsPath => Path.Combine(_directory, DataLayout.DeletionsFile);

    private RetentionRules Retention => new(_setup.Options, _setup.Clock.EarliestMs);

    private long RunningMs => _setup.Clock.RunningMs;

    public async ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new AppendRequest<MetricBatch>(batch);
        _queue.Add(request);
        return await request.Done;
    }

    public SeriesSelection Select(SeriesSelect select, CancellationToken cancellationToken)
    {
        var (view, runningMs) = (_view, RunningMs);
        foreach (var block in view.Blocks)
        {
            if (block.MinTimeMs <= select.ToMs && block.MaxTimeMs >= select.FromMs)
                block.Touch(runningMs);
        }
        return new SeriesSelection(view, select, Retention, cancellationToken);
    }

    public MetricCardinality Cardinality(int top) => _cardinality.Of(_router.Table, _view.Heads, top, _setup.Clock.WallMs);

    /// <summary>Seals the heads whose window is over, and all when they are large; false when there was nothing to do or the disk refused.</summary>
    public bool Maintain()
    {
        foreach (var block in _view.Blocks)
            block.ForgetUnused(RunningMs - IndexIdleMs);
        Freeze(all: IsLarge());
        return WriteSealing();
    }

    /// <summary>Seals all heads, due or not. Called by one thread at a time.</summary>
    public bool Seal()
    {
        Freeze(all: true);
        return WriteSealing();
    }

    /// <summary>Merges one run of blocks if there is one worth it. Called by one thread at a time.</summary>
    public void Compact()
    {
        if (MetricCompactor.Plan(_view.Blocks) is { } run)
            Rewrite(run);
    }

    /// <summary>Deletes samples of matching series: durable, and in no answer any more, when it returns. Called by one thread at a time.</summary>
    public void Delete(SeriesSelect select)
    {
        lock (_commitLock)
        {
            var deletion = Deletion.Of(select, _nextBlock - 1);
            Deletion[] deletions = [.. _view.Deletions, deletion];
            DeletionFile.Write(_setup.Disk, DeletionsPath, deletions);
            var record = new ByteWriter();
            var start = Frame.Begin(record);
            deletion.Put(record);
            Frame.End(record, start, FrameType.Deletion, _wal.TakeSequence());
            // Why: samples in the WAL before this record stay deleted when it is replayed, those behind it live.
            _wal.Commit(record.Written);
            foreach (var head in _view.Sealing)
                HeadDeletion.Apply(head, deletion);
            foreach (var head in _view.Heads)
                HeadDeletion.Apply(head, deletion);
            lock (_viewLock)
                _view = _view with { Deletions = deletions };
        }
    }

    /// <summary>Rewrites the blocks that hold deleted samples. Called by one thread at a time.</summary>
    public void CleanDeletions()
    {
        foreach (var block in _view.Blocks)
        {
            if (PlaceFinder.Concerning(_view.Deletions, block).Length > 0 && !Rewrite([block]))
                return;
        }
        if (_view.Deletions.Length == 0)
            return;
        DeletionFile.Write(_setup.Disk, DeletionsPath, []);
        lock (_viewLock)
            _view = _view with { Deletions = [] };
    }

    /// <summary>Seals all and links the blocks into a data directory of their own, whose path it returns. Called by one thread at a time.</summary>
    public string Snapshot()
    {
        Seal();
        if (_view.Sealing.Length > 0)
            throw new IOException($"No snapshot can be written: {_sealProblem}");
        return BlockSnapshot.Write(_setup.Disk, _setup.Options.Directory, _view, [MetadataPath, DeletionsPath], _setup.Clock.WallMs);
    }

    /// <summary>Forgets what is older than its retention: whole blocks, and those of which only series with a longer one are left.</summary>
    public void ApplyRetention()
    {
        var rules = Retention;
        var oldest = rules.IsEmpty ? rules.DefaultOldestMs : rules.OldestMs;
        // Looking at every series takes its time, and what is kept for days need not go within minutes.
        var looksInside = !rules.IsEmpty && RunningMs - _lookedInsideMs >= RetentionLookMs;
        if (looksInside)
            _lookedInsideMs = RunningMs;
        foreach (var block in _view.Blocks)
        {
            if (block.MaxTimeMs < oldest)
                Delete(block);
            else if (looksInside && block.MaxTimeMs < rules.DefaultOldestMs && RetentionCheck.HasExpired(block, rules, RunningMs))
                Rewrite([block]);
        }
    }

    /// <summary>The block whose last sample is the oldest.</summary>
    public MetricBlock? Oldest()
    {
        MetricBlock? oldest = null;
        foreach (var block in _view.Blocks)
        {
            if (oldest is null || block.MaxTimeMs < oldest.MaxTimeMs)
                oldest = block;
        }
        return oldest;
    }

    public void Delete(MetricBlock block)
    {
        lock (_viewLock)
        {
            var left = new List<MetricBlock>(_view.Blocks);
            left.Remove(block);
            _view = _view with { Blocks = [.. left] };
        }
        try
        {
            // Why: readers may still hold the file; its handle goes when the last of them does.
            _setup.Disk.Delete(block.Path);
        }
        catch (IOException e)
        {
            _setup.Problems.Add($"Cannot delete {block.Path}: {e.Message}");
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        _wal.Dispose();
        foreach (var block in _view.Blocks)
            block.Close();
    }

    // Merges a run, or rewrites a single block, without what was deleted or is past its retention; false when it stays as it is.
    private bool Rewrite(List<MetricBlock> run)
    {
        try
        {
            if (!MetricCompactor.TryMerge(_setup.Disk, run, _view.Deletions, Retention, CancellationToken.None))
                return false;
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _compactProblem, $"Cannot merge metric blocks: {e.Message}. They stay as they are, and it is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _compactProblem, null);
        var merged = MetricBlock.Open(run[^1].Path, _setup.Problems, _pool);
        lock (_viewLock)
        {
            var blocks = new List<MetricBlock>(_view.Blocks);
            blocks[blocks.IndexOf(run[^1])] = merged;
            _view = _view with { Blocks = [.. blocks] };
        }
        for (var i = 0; i < run.Count - 1; i++)
            Delete(run[i]);
        return true;
    }

    private bool IsLarge() => HeadSet.SizeBytes(_view.Heads) >= _setup.Options.MemoryLimitBytes / 8 * 3;

    private void Freeze(bool all)
    {
        lock (_commitLock)
        {
            _isSealAsked = false;
            var due = new List<MetricHead>();
            foreach (var head in _router.Open)
            {
                if (all || HeadSet.IsDue(head, _router.Open, _windowMs, _setup.Clock.WallMs, RunningMs))
                    due.Add(head);
            }
            if (due.Count == 0)
                return;
            // Late samples are above those of their window, so their block comes behind.
            due.Sort(static (a, b) => a.IsLate != b.IsLate ? a.IsLate.CompareTo(b.IsLate) : a.FromMs.CompareTo(b.FromMs));
            RenewTable(due);
            var through = _wal.Rotate();
            foreach (var head in due)
            {
                head.WalThrough = through;
                _router.Close(head, _setup.Clock.WallMs);
            }
            lock (_viewLock)
                _view = _view with { Sealing = [.. _view.Sealing, .. due] };
            PublishHeads();
        }
    }

    // When many of the table's series are idle, the heads to come get a new one; for that all heads of the old one must go.
    private void RenewTable(List<MetricHead> due)
    {
        var table = _router.Table;
        if (table.Count - HeadSet.Active(_router.Open) <= table.Count / MaxIdleShare)
            return;
        foreach (var head in _router.Open)
        {
            if (!due.Contains(head))
                due.Add(head);
        }
        table.ForgetBefore();
        _router.Renew(new SeriesTable(_pool, table));
    }

    private bool WriteSealing()
    {
        var wrote = false;
        foreach (var head in _view.Sealing)
        {
            if (!TryWrite(head))
                return false;
            wrote = true;
        }
        return wrote;
    }

    private bool TryWrite(MetricHead head)
    {
        MetricHead[] others;
        lock (_commitLock)
            others = Array.FindAll<MetricHead>([.. _view.Sealing, .. _router.Open], other => other != head);
        var through = HeadSet.NeedlessWal(head, others);
        List<string> paths;
        try
        {
            MetadataFile.Write(_setup.Disk, MetadataPath, _metadata.All());
            paths = HeadSealer.Write(_setup.Disk, _directory, head, _windowMs, _nextBlock, through, HeadSet.HoldsWhole(head, others));
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _sealProblem, $"Cannot seal metrics: {e.Message}. They stay in memory and in the WAL, and sealing is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _sealProblem, null);
        var blocks = new List<MetricBlock>(_view.Blocks);
        foreach (var path in paths)
            blocks.Add(MetricBlock.Open(path, _setup.Problems, _pool));
        lock (_commitLock)
        {
            _nextBlock += paths.Count;
            lock (_viewLock)
                _view = _view with { Sealing = Array.FindAll(_view.Sealing, other => other != head), Blocks = [.. blocks] };
        }
        _walFiles.Truncate(through);
        return true;
    }

    private void PublishHeads()
    {
        var heads = new List<MetricHead>(_router.Open);
        heads.Sort(static (a, b) => a.FromMs.CompareTo(b.FromMs));
        _router.TakeChanged();
        lock (_viewLock)
            _view = _view with { Heads = [.. heads] };
    }

    private void Commit(List<AppendRequest<MetricBatch>> group)
    {
        bool isDue;
        lock (_commitLock)
        {
            _commit.Run(group, _router.Table, HeadSet.SizeBytes(_view.Sealing) + HeadSet.SizeBytes(_view.Heads), ActiveSeries);
            if (_router.TakeChanged())
                PublishHeads();
            isDue = AskForSeal();
        }
        foreach (var request in group)
        {
            Interlocked.Add(ref _appended, request.Accepted);
            request.Complete();
        }
        if (isDue)
            SealDue?.Invoke();
    }

    private bool AskForSeal()
    {
        if (_isSealAsked || _view.Sealing.Length > 0)
            return false;
        _isSealAsked = IsLarge();
        foreach (var head in _router.Open)
            _isSealAsked |= HeadSet.IsDue(head, _router.Open, _windowMs, _setup.Clock.WallMs, head.AppendedMs);
        return _isSealAsked;
    }
}
