using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Wal;
using Bongsu.Telemetry;

namespace Bongsu.Storage.Segments;

/// <summary>
/// The engine of logs and of spans: WAL, head, sealed segments. Appends are copied, written and published by one thread, in groups; readers take
/// the view of a moment and never wait. Lock order: commit, then view.
/// </summary>
internal sealed class EventStore<TBatch> : IDisposable where TBatch : class, new()
{
    private readonly EventSignal<TBatch> _signal;
    // The encoder of who seals, whose buffers are as large as a block.
    private readonly EventSignal<TBatch> _sealing;
    private readonly EventStoreSetup _setup;
    private readonly string _directory;
    private readonly WalDirectory _walFiles;
    private readonly WalWriter _wal;
    private readonly CommitQueue<AppendRequest<TBatch>> _queue;
    private readonly object _commitLock = new();
    private readonly object _viewLock = new();
    private readonly ByteWriter _frames = new(1 << 16);
    private readonly List<EventKey> _added = [];
    private readonly List<TBatch> _parts = [];
    private readonly RecentKeys _keys = new();
    private volatile EventView<TBatch> _view = new(EventHead<TBatch>.Empty, EventHead<TBatch>.Empty, []);
    private long _sealingThrough;
    private long _nextSegment = 1;
    private long _headSinceMs = long.MaxValue;
    private long _appended;
    private string? _writeProblem;
    private string? _sealProblem;
    private string? _mergeProblem;

    /// <summary>Opens what is sealed and replays the WAL.</summary>
    public EventStore(EventSignal<TBatch> signal, EventStoreSetup setup, CancellationToken cancellationToken)
    {
        _signal = signal;
        _sealing = signal.Fork();
        _setup = setup;
        _directory = Path.Combine(setup.Options.Directory, DataLayout.SegmentsDirectory);
        var walDirectory = Path.Combine(setup.Options.Directory, DataLayout.WalDirectory);
        _walFiles = new WalDirectory(setup.Disk, walDirectory, signal.Name, setup.Problems);
        var sealedThrough = OpenSegments();
        var replay = new EventReplay<TBatch>(signal, _keys, NowMs);
        var next = _walFiles.Replay(sealedThrough, replay.Apply, cancellationToken);
        if (replay.Batches.Count > 0)
        {
            _view = _view with { Head = EventHead<TBatch>.Empty.Add(signal, replay.Batches) };
            _headSinceMs = NowMs;
        }
        _wal = new WalWriter(setup.Disk, walDirectory, signal.Name, setup.Options.Durability, next) { MaxFileBytes = setup.Options.WalFileBytes };
        _queue = new CommitQueue<AppendRequest<TBatch>>($"bongsu-{signal.Name}-wal", Commit);
    }

    public EventView<TBatch> View => _view;

    /// <summary>Called, often, while the head is large enough to be sealed: senders may fill the memory sooner than the next look at it.</summary>
    public Action? SealDue { private get; set; }

    public long Appended => Volatile.Read(ref _appended);

    public long HeadBytes => _view.Head.SizeBytes + _view.Sealing.SizeBytes;

    public long DiskBytes
    {
        get
        {
            var size = _walFiles.SizeBytes();
            foreach (var segment in _view.Segments)
                size += segment.SizeBytes;
            return size;
        }
    }

    private long NowMs => _setup.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<AppendResult> AppendAsync(TBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_signal.Count(batch) == 0)
            return AppendResult.All(0);
        var request = new AppendRequest<TBatch>(batch);
        _queue.Add(request);
        return await request.Done;
    }

    /// <summary>Seals the head when it is old or large; false when there was nothing to do or the disk refused.</summary>
    public bool Maintain()
    {
        var head = _view.Head;
        var isDue = head.Rows > 0 && (IsLarge(head)
            || NowMs - Volatile.Read(ref _headSinceMs) >= (long)_setup.Options.SegmentAge.TotalMilliseconds);
        return (isDue || _view.Sealing.Rows > 0) && Seal();
    }

    /// <summary>Writes the head as a segment and drops the WAL before it. Called by one thread at a time.</summary>
    public bool Seal()
    {
        if (_view.Sealing.Rows == 0)
            Freeze();
        var parts = _view.Sealing.Parts;
        if (parts.Length == 0)
            return false;
        var path = Path.Combine(_directory, DataLayout.SealedFile(_signal.Name, _nextSegment, DataLayout.SegmentSuffix));
        try
        {
            new SegmentWriter<TBatch>(_setup.Disk, _sealing).Write(path, parts, _sealingThrough, NowMs);
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _sealProblem, $"Cannot seal {_signal.Name}: {e.Message}. They stay in memory and in the WAL, and sealing is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _sealProblem, null);
        var segment = EventSegment<TBatch>.Open(_setup.Disk, _signal, path, _nextSegment++, _setup.Problems);
        lock (_viewLock)
            _view = _view with { Sealing = EventHead<TBatch>.Empty, Segments = [.. _view.Segments, segment] };
        _walFiles.Truncate(_sealingThrough);
        return true;
    }

    /// <summary>Merges one run of segments if there is one worth it. Called by one thread at a time, which may be another than the one that seals.</summary>
    public void Merge(CancellationToken cancellationToken)
    {
        if (SegmentMerge.Plan(_view.Segments, NowMs) is not { } run)
            return;
        try
        {
            if (!SegmentMerge.TryWrite(_setup.Disk, _signal, run, cancellationToken))
                return;
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _mergeProblem, $"Cannot merge segments of {_signal.Name}: {e.Message}. They stay as they are, and it is tried again.");
            return;
        }
        _setup.Problems.Set(ref _mergeProblem, null);
        var last = run[^1];
        var merged = EventSegment<TBatch>.Open(_setup.Disk, _signal, last.Path, last.Number, _setup.Problems);
        lock (_viewLock)
        {
            var left = new List<EventSegment<TBatch>>();
            foreach (var segment in _view.Segments)
            {
                if (segment == last)
                    left.Add(merged);
                else if (!run.Contains(segment))
                    left.Add(segment);
            }
            _view = _view with { Segments = [.. left] };
        }
        for (var i = 0; i < run.Count - 1; i++)
            Remove(run[i].Path);
    }

    /// <summary>Forgets segments whose youngest record is older than a time.</summary>
    public void DeleteBefore(long timeNanos)
    {
        foreach (var segment in _view.Segments)
        {
            if (segment.MaxTimeNanos < timeNanos)
                Delete(segment);
        }
    }

    /// <summary>The oldest segment's last time, or the largest value when there is none.</summary>
    public (EventSegment<TBatch>? Segment, long MaxTimeNanos) Oldest()
    {
        EventSegment<TBatch>? oldest = null;
        foreach (var segment in _view.Segments)
        {
            if (oldest is null || segment.MaxTimeNanos < oldest.MaxTimeNanos)
                oldest = segment;
        }
        return (oldest, oldest?.MaxTimeNanos ?? long.MaxValue);
    }

    public void Delete(EventSegment<TBatch> segment)
    {
        lock (_viewLock)
        {
            var left = new List<EventSegment<TBatch>>(_view.Segments);
            left.Remove(segment);
            _view = _view with { Segments = [.. left] };
        }
        Remove(segment.Path);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _wal.Dispose();
        foreach (var segment in _view.Segments)
            segment.Close();
    }

    private void Remove(string path)
    {
        try
        {
            // Why: readers may still hold the file; its handle goes when the last of them does.
            _setup.Disk.Delete(path);
        }
        catch (IOException e)
        {
            _setup.Problems.Add($"Cannot delete {path}: {e.Message}");
        }
    }

    private long OpenSegments()
    {
        var segments = new List<EventSegment<TBatch>>();
        var through = 0L;
        var files = Directory.GetFiles(_directory);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var path in files)
        {
            if (!DataLayout.TryParseSealed(Path.GetFileName(path), _signal.Name, DataLayout.SegmentSuffix, out var number))
                continue;
            _nextSegment = Math.Max(_nextSegment, number + 1);
            var segment = EventSegment<TBatch>.Open(_setup.Disk, _signal, path, number, _setup.Problems);
            through = Math.Max(through, segment.WalThrough);
            // A crash between writing a merged segment and deleting its sources leaves them behind.
            for (var i = segments.Count - 1; i >= 0 && segment.ReplacesFrom > 0 && segments[i].Number >= segment.ReplacesFrom; i--)
            {
                segments[i].Close();
                Remove(segments[i].Path);
                segments.RemoveAt(i);
            }
            segments.Add(segment);
            if (NowMs - segment.SealedMs < (long)RecentKeys.Window.TotalMilliseconds)
                Remember(segment);
        }
        _view = _view with { Segments = [.. segments] };
        return through;
    }

    // Senders retry across a restart: what was sealed lately must be known again.
    private void Remember(EventSegment<TBatch> segment)
    {
        foreach (var block in segment.Blocks)
        {
            if (segment.ReadBlock(block, null, []) is not { } batch)
                continue;
            for (var row = 0; row < _signal.Count(batch); row++)
                _keys.TryAdd(_signal.Key(batch, row), NowMs);
        }
    }

    private void Freeze()
    {
        lock (_commitLock)
        {
            if (_view.Head.Rows == 0)
                return;
            _sealingThrough = _wal.Rotate();
            lock (_viewLock)
                _view = _view with { Head = EventHead<TBatch>.Empty, Sealing = _view.Head };
            Volatile.Write(ref _headSinceMs, long.MaxValue);
        }
    }

    private void Commit(List<AppendRequest<TBatch>> group)
    {
        lock (_commitLock)
        {
            _frames.Clear();
            _added.Clear();
            _parts.Clear();
            try
            {
                foreach (var request in group)
                    Accept(request);
                if (_frames.Length > 0)
                    _wal.Commit(_frames.Written);
                Publish();
                if (_frames.Length > 0)
                    _setup.Problems.Set(ref _writeProblem, null);
            }
            catch (IOException e)
            {
                Forget();
                var problem = $"Cannot write {_signal.Name} to the WAL: {e.Message}";
                _setup.Problems.Set(ref _writeProblem, problem);
                foreach (var request in group)
                    request.CompleteRefused(RejectReason.DiskFull, problem);
                return;
            }
            catch (Exception e)
            {
                Forget();
                foreach (var request in group)
                    request.Fail(e);
                return;
            }
        }
        foreach (var request in group)
        {
            Interlocked.Add(ref _appended, request.Accepted);
            request.Complete();
        }
    }

    private void Accept(AppendRequest<TBatch> request)
    {
        var batch = request.Batch;
        var copier = _signal.NewCopier();
        var admission = new EventAdmission(_setup, _signal.Name == DataLayout.Logs ? _setup.Options.RetentionLogs : _setup.Options.RetentionTraces);
        copier.Reserve(batch);
        var isFull = HeadBytes >= _setup.Options.MemoryLimitBytes / 4;
        for (var row = 0; row < _signal.Count(batch); row++)
        {
            if (_signal.IsDropped(batch, row))
                continue;
            if (isFull)
            {
                if (!request.TryReject(RejectReason.MemoryLimit))
                    request.Reject(RejectReason.MemoryLimit, $"unsealed {_signal.Name} take {HeadBytes >> 20} MiB, over their share of the memory limit of {_setup.Options.MemoryLimitBytes >> 20} MiB; try again later");
                continue;
            }
            if (!admission.Admits(request, _signal.TimeNanos(batch, row)) || !IsValid(request, row))
                continue;
            request.Accepted++;
            var key = _signal.Key(batch, row);
            if (!_keys.TryAdd(key, admission.NowMs))
                continue;
            _added.Add(key);
            copier.Copy(batch, row);
        }
        if (_signal.Count(copier.Target) > 0)
            Log(copier.Target);
    }

    private bool IsValid(AppendRequest<TBatch> request, int row)
    {
        if (_signal.WhyInvalid(request.Batch, row) is not { } why)
            return true;
        if (!request.TryReject(RejectReason.Invalid))
            request.Reject(RejectReason.Invalid, $"record {row}: {why}");
        return false;
    }

    private void Log(TBatch part)
    {
        var start = Frame.Begin(_frames);
        _signal.Encode(part, _frames, compress: false);
        Frame.End(_frames, start, _signal.WalFrame, _wal.TakeSequence());
        _parts.Add(part);
    }

    private void Publish()
    {
        if (_parts.Count == 0)
            return;
        var head = _view.Head.Add(_signal, _parts);
        lock (_viewLock)
            _view = _view with { Head = head };
        if (_headSinceMs == long.MaxValue)
            Volatile.Write(ref _headSinceMs, NowMs);
        if (IsLarge(head))
            SealDue?.Invoke();
    }

    private bool IsLarge(EventHead<TBatch> head) => head.SizeBytes >= _setup.Options.SegmentHeadBytes || head.SizeBytes >= _setup.Options.MemoryLimitBytes / 8;

    private void Forget()
    {
        foreach (var key in _added)
            _keys.Remove(key);
    }
}
