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

    private readonly EventStoreSetup _setup;
    private readonly string _directory;
    private readonly WalDirectory _walFiles;
    private readonly WalWriter _wal;
    private readonly CommitQueue<AppendRequest<MetricBatch>> _queue;
    private readonly object _commitLock = new();
    private readonly LabelSetPool _pool = new();
    private readonly HeadRouter _router;
    private readonly MetricCommit _commit;
    private readonly MetadataTable _metadata;
    private readonly CardinalityCount _cardinality = new();
    private readonly BlockKeeper _blocks;
    private readonly long _windowMs;
    private long _nextBlock;
    private long _appended;
    private bool _isSealAsked;
    private string? _sealProblem;

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
        _blocks = new BlockKeeper(setup, _directory, _pool, blocks);
        _nextBlock = BlockDirectory.NextNumber(View);
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

    public MetricView View => _blocks.View;

    /// <summary>Merging, rollups, retention.</summary>
    public BlockKeeper Blocks => _blocks;

    public long Appended => Volatile.Read(ref _appended);

    public int ActiveSeries => HeadSet.Active(View.Heads);

    public IReadOnlyList<MetricMetadata> Metadata => _metadata.All();

    public long DiskBytes => WalBytes + _blocks.SizeBytes;

    public long WalBytes => _walFiles.SizeBytes();

    private string MetadataPath => Path.Combine(_directory, DataLayout.MetadataFile);

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
        var (view, runningMs) = (View, RunningMs);
        foreach (var block in (MetricBlock[])[.. view.Blocks, .. view.Rollups])
        {
            if (block.MinTimeMs <= select.ToMs && block.MaxTimeMs >= select.FromMs)
                block.Touch(runningMs);
        }
        return new SeriesSelection(view, select, _blocks.Retention, cancellationToken);
    }

    public MetricCardinality Cardinality(int top) => _cardinality.Of(_router.Table, View.Heads, top, _setup.Clock.WallMs);

    /// <summary>Seals the heads whose window is over, and all when they are large; false when there was nothing to do or the disk refused.</summary>
    public bool Maintain()
    {
        foreach (var block in (MetricBlock[])[.. View.Blocks, .. View.Rollups])
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

    /// <summary>Deletes samples of matching series: durable, and in no answer any more, when it returns. Called by one thread at a time.</summary>
    public void Delete(SeriesSelect select)
    {
        lock (_commitLock)
        {
            var deletion = Deletion.Of(select, _nextBlock - 1);
            Deletion[] deletions = [.. View.Deletions, deletion];
            DeletionFile.Write(_setup.Disk, BlockKeeper.DeletionsPath(_directory), deletions);
            var record = new ByteWriter();
            var start = Frame.Begin(record);
            deletion.Put(record);
            Frame.End(record, start, FrameType.Deletion, _wal.TakeSequence());
            // Why: samples in the WAL before this record stay deleted when it is replayed, those behind it live.
            _wal.Commit(record.Written);
            foreach (var head in View.Sealing)
                HeadDeletion.Apply(head, deletion);
            foreach (var head in View.Heads)
                HeadDeletion.Apply(head, deletion);
            _blocks.Change(view => view with { Deletions = deletions });
        }
    }

    /// <summary>Seals all and links the blocks into a data directory of their own, whose path it returns. Called by one thread at a time.</summary>
    public string Snapshot()
    {
        Seal();
        if (View.Sealing.Length > 0)
            throw new IOException($"No snapshot can be written: {_sealProblem}");
        return BlockSnapshot.Write(_setup.Disk, _setup.Options.Directory, View, [MetadataPath, BlockKeeper.DeletionsPath(_directory), BlockKeeper.RawFromPath(_directory)], _setup.Clock.WallMs);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _wal.Dispose();
        _blocks.Dispose();
    }

    private bool IsLarge() => HeadSet.SizeBytes(View.Heads) >= _setup.Options.MemoryLimitBytes / 8 * 3;

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
            _blocks.Change(view => view with { Sealing = [.. view.Sealing, .. due] });
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
        foreach (var head in View.Sealing)
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
            others = Array.FindAll<MetricHead>([.. View.Sealing, .. _router.Open], other => other != head);
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
        var sealedBlocks = new List<MetricBlock>();
        foreach (var path in paths)
            sealedBlocks.Add(MetricBlock.Open(path, _setup.Problems, _pool));
        lock (_commitLock)
        {
            _nextBlock += paths.Count;
            _blocks.Change(view => view with { Sealing = Array.FindAll(view.Sealing, other => other != head), Blocks = [.. view.Blocks, .. sealedBlocks] });
        }
        _walFiles.Truncate(through);
        return true;
    }

    private void PublishHeads()
    {
        var heads = new List<MetricHead>(_router.Open);
        heads.Sort(static (a, b) => a.FromMs.CompareTo(b.FromMs));
        _router.TakeChanged();
        _blocks.Change(view => view with { Heads = [.. heads] });
    }

    private void Commit(List<AppendRequest<MetricBatch>> group)
    {
        bool isDue;
        lock (_commitLock)
        {
            _commit.Run(group, _router.Table, HeadSet.SizeBytes(View.Sealing) + HeadSet.SizeBytes(View.Heads), ActiveSeries);
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
        if (_isSealAsked || View.Sealing.Length > 0)
            return false;
        _isSealAsked = IsLarge();
        foreach (var head in _router.Open)
            _isSealAsked |= HeadSet.IsDue(head, _router.Open, _windowMs, _setup.Clock.WallMs, head.AppendedMs);
        return _isSealAsked;
    }
}
