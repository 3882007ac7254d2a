using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Head;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Wal;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// The metric engine: WAL, head, sealed blocks. Appends are admitted, written and applied by one thread, in groups; readers take the view of a
/// moment and never wait. Lock order: commit, then view.
/// </summary>
internal sealed class MetricStore : IDisposable
{
    private readonly EventStoreSetup _setup;
    private readonly string _directory;
    private readonly WalDirectory _walFiles;
    private readonly WalWriter _wal;
    private readonly CommitQueue<AppendRequest<MetricBatch>> _queue;
    private readonly object _commitLock = new();
    private readonly object _viewLock = new();
    private readonly MetricCommit _commit;
    private readonly MetadataTable _metadata;
    private volatile MetricView _view;
    private long _sealingThrough;
    private long _nextBlock = 1;
    private long _headSinceMs = long.MaxValue;
    private long _appended;
    private string? _sealProblem;
    private string? _compactProblem;

    /// <summary>Opens what is sealed and replays the WAL.</summary>
    public MetricStore(EventStoreSetup setup, CancellationToken cancellationToken)
    {
        _setup = setup;
        _directory = Path.Combine(setup.Options.Directory, DataLayout.BlocksDirectory);
        var walDirectory = Path.Combine(setup.Options.Directory, DataLayout.WalDirectory);
        _walFiles = new WalDirectory(setup.Disk, walDirectory, DataLayout.Metrics, setup.Problems);
        _metadata = new MetadataTable(MetadataFile.Read(MetadataPath, setup.Problems));
        var head = new MetricHead();
        _view = new MetricView(head, null, OpenBlocks(out var sealedThrough));
        var replay = new MetricReplay(head, _metadata);
        var next = _walFiles.Replay(sealedThrough, replay.Apply, cancellationToken);
        replay.Report(setup.Problems);
        if (head.HasSamples)
            _headSinceMs = NowMs;
        _wal = new WalWriter(setup.Disk, walDirectory, DataLayout.Metrics, setup.Options.Durability, next) { MaxFileBytes = setup.Options.WalFileBytes };
        _commit = new MetricCommit(setup, _wal, _metadata);
        _queue = new CommitQueue<AppendRequest<MetricBatch>>("bongsu-metrics-wal", Commit);
    }

    public MetricView View => _view;

    public long Appended => Volatile.Read(ref _appended);

    public int ActiveSeries => _view.Head.Count;

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

    private long NowMs => _setup.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new AppendRequest<MetricBatch>(batch);
        _queue.Add(request);
        return await request.Done;
    }

    /// <summary>Seals the head when its window is over or it is large; false when there was nothing to do or the disk refused.</summary>
    public bool Maintain()
    {
        var head = _view.Head;
        var windowMs = (long)_setup.Options.BlockWindow.TotalMilliseconds;
        var isDue = head.HasSamples && (head.SizeBytes >= _setup.Options.MemoryLimitBytes / 4 || NowMs / windowMs > Volatile.Read(ref _headSinceMs) / windowMs);
        return (isDue || _view.Sealing is not null) && Seal();
    }

    /// <summary>Writes the head as blocks and drops the WAL before it. Called by one thread at a time.</summary>
    public bool Seal()
    {
        if (_view.Sealing is null)
            Freeze();
        if (_view.Sealing is not { } head)
            return false;
        List<string> paths;
        try
        {
            MetadataFile.Write(_setup.Disk, MetadataPath, _metadata.All());
            paths = HeadSealer.Write(_setup.Disk, _directory, head, (long)_setup.Options.BlockWindow.TotalMilliseconds, _nextBlock, _sealingThrough);
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _sealProblem, $"Cannot seal metrics: {e.Message}. They stay in memory and in the WAL, and sealing is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _sealProblem, null);
        var blocks = new List<MetricBlock>(_view.Blocks);
        foreach (var path in paths)
            blocks.Add(MetricBlock.Open(path, _setup.Problems));
        _nextBlock += paths.Count;
        lock (_viewLock)
            _view = _view with { Sealing = null, Blocks = [.. blocks] };
        _walFiles.Truncate(_sealingThrough);
        return true;
    }

    /// <summary>Merges one run of blocks if there is one worth it. Called by one thread at a time.</summary>
    public void Compact()
    {
        if (MetricCompactor.Plan(_view.Blocks) is not { } run)
            return;
        try
        {
            if (!MetricCompactor.TryMerge(_setup.Disk, run))
                return;
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _compactProblem, $"Cannot merge metric blocks: {e.Message}. They stay as they are, and it is tried again.");
            return;
        }
        _setup.Problems.Set(ref _compactProblem, null);
        var merged = MetricBlock.Open(run[^1].Path, _setup.Problems);
        lock (_viewLock)
        {
            var blocks = new List<MetricBlock>(_view.Blocks);
            blocks[blocks.IndexOf(run[^1])] = merged;
            _view = _view with { Blocks = [.. blocks] };
        }
        for (var i = 0; i < run.Count - 1; i++)
            Delete(run[i]);
    }

    /// <summary>Forgets blocks whose youngest sample is older than a time.</summary>
    public void DeleteBefore(long timeMs)
    {
        foreach (var block in _view.Blocks)
        {
            if (block.MaxTimeMs < timeMs)
                Delete(block);
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

    private MetricBlock[] OpenBlocks(out long sealedThrough)
    {
        var blocks = new List<MetricBlock>();
        sealedThrough = 0;
        var files = Directory.GetFiles(_directory);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var path in files)
        {
            if (!DataLayout.TryParseSealed(Path.GetFileName(path), DataLayout.Metrics, DataLayout.BlockSuffix, out var number))
                continue;
            _nextBlock = Math.Max(_nextBlock, number + 1);
            var block = MetricBlock.Open(path, _setup.Problems);
            sealedThrough = Math.Max(sealedThrough, block.WalThrough);
            blocks.Add(block);
        }
        return DeleteReplaced(blocks);
    }

    // A crash between writing a merged block and deleting its sources leaves them behind.
    private MetricBlock[] DeleteReplaced(List<MetricBlock> blocks)
    {
        var left = new List<MetricBlock>(blocks);
        foreach (var merged in blocks)
        {
            if (merged.ReplacesFrom == 0)
                continue;
            foreach (var block in blocks)
            {
                if (block.Number >= merged.ReplacesFrom && block.Number < merged.Number && left.Remove(block))
                    _setup.Disk.Delete(block.Path);
            }
        }
        return [.. left];
    }

    private void Freeze()
    {
        lock (_commitLock)
        {
            if (!_view.Head.HasSamples)
                return;
            _sealingThrough = _wal.Rotate();
            lock (_viewLock)
                _view = _view with { Head = new MetricHead(), Sealing = _view.Head };
            Volatile.Write(ref _headSinceMs, long.MaxValue);
        }
    }

    private void Commit(List<AppendRequest<MetricBatch>> group)
    {
        lock (_commitLock)
        {
            var head = _view.Head;
            var sealing = _view.Sealing?.SizeBytes ?? 0;
            _commit.Run(group, head, sealing);
            if (head.HasSamples && _headSinceMs == long.MaxValue)
                Volatile.Write(ref _headSinceMs, NowMs);
        }
        foreach (var request in group)
        {
            Interlocked.Add(ref _appended, request.Accepted);
            request.Complete();
        }
    }
}
