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
    // A head is gone through for many drops at once.
    private const int SettleFrom = 1024;

    private readonly EventSignal<TBatch> _signal;
    // The encoder of who seals, whose buffers are as large as a block.
    private readonly EventSignal<TBatch> _sealing;
    private readonly EventStoreSetup _setup;
    private readonly SegmentFolder<TBatch> _folder;
    private readonly EventRetention<TBatch> _retention;
    private readonly WalDirectory _walFiles;
    private readonly WalWriter _wal;
    private readonly CommitQueue<AppendRequest<TBatch>> _queue;
    private readonly object _commitLock = new();
    private readonly ByteWriter _frames = new(1 << 16);
    private readonly List<EventKey> _added = [];
    private readonly List<TBatch> _parts = [];
    private readonly RecentKeys _keys = new();
    private readonly EventViews<TBatch> _views;
    private long _sealingThrough;
    private long _nextSegment = 1;
    private long _headSinceMs = long.MaxValue;
    private long _appended;
    private string? _writeProblem;
    private string? _sealProblem;
    private IReadOnlyDictionary<long, SegmentDrops>? _keptDrops;
    private bool _isDisposed;

    /// <summary>Opens what is sealed and replays the WAL.</summary>
    public EventStore(EventSignal<TBatch> signal, EventStoreSetup setup, CancellationToken cancellationToken)
    {
        _signal = signal;
        _sealing = signal.Fork();
        _setup = setup;
        _folder = new SegmentFolder<TBatch>(signal, setup);
        _retention = new EventRetention<TBatch>(signal, setup);
        _views = new EventViews<TBatch>(_retention, setup.Clock);
        Segments = new SegmentUpkeep<TBatch>(signal, setup, _folder, _retention, _views);
        var walDirectory = Path.Combine(setup.Options.Directory, DataLayout.WalDirectory);
        _walFiles = new WalDirectory(setup.Disk, walDirectory, signal.Name, setup.Problems);
        var sealedThrough = OpenSegments();
        var replay = new EventReplay<TBatch>(signal, _keys, RunningMs);
        var next = _walFiles.Replay(sealedThrough, replay.Apply, cancellationToken);
        replay.Settle();
        DroppedBefore = replay.Dropped;
        if (DroppedBefore.Count > 0)
            _views.Change(view => view with { Dropped = view.Dropped.With(DroppedBefore, view, s => s.Number >= replay.FirstDroppedOf ? DroppedTraces.HeldBy(s, DroppedBefore) : TraceSet.Empty, 0) });
        if (replay.Batches.Count > 0)
        {
            _views.Change(view => view with { Head = EventHead<TBatch>.Empty.Add(signal, replay.Batches) });
            _headSinceMs = RunningMs;
        }
        _wal = new WalWriter(setup.Disk, walDirectory, signal.Name, setup.Options.Durability, next) { MaxFileBytes = setup.Options.WalFileBytes };
        _queue = new CommitQueue<AppendRequest<TBatch>>($"bongsu-{signal.Name}-wal", Commit);
    }

    public EventView<TBatch> View => _views.Now;

    /// <summary>Merging, erasing and forgetting of what is sealed.</summary>
    public SegmentUpkeep<TBatch> Segments { get; }

    /// <summary>Traces that were dropped before the start, as far as the WAL told.</summary>
    public TraceSet DroppedBefore { get; }

    /// <summary>Called, often, while the head is large enough to be sealed: senders may fill the memory sooner than the next look at it.</summary>
    public Action? SealDue { private get; set; }

    public long Appended => Volatile.Read(ref _appended);

    public long HeadBytes => _views.Stored.Head.SizeBytes + _views.Stored.Sealing.SizeBytes;

    public long WalBytes => _walFiles.SizeBytes();

    public long DiskBytes
    {
        get
        {
            var size = WalBytes;
            foreach (var segment in _views.Stored.Segments)
                size += segment.SizeBytes;
            return size;
        }
    }

    private long RunningMs => _setup.Clock.RunningMs;

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
        var head = _views.Stored.Head;
        var isDue = head.Rows > 0 && (IsLarge(head)
            || RunningMs - Volatile.Read(ref _headSinceMs) >= (long)_setup.Options.SegmentAge.TotalMilliseconds);
        return (isDue || _views.Stored.Sealing.Rows > 0) && Seal();
    }

    /// <summary>Writes the head as a segment and drops the WAL before it. Called by one thread at a time.</summary>
    public bool Seal()
    {
        if (_views.Stored.Sealing.Rows == 0)
            Freeze();
        var view = _views.Stored;
        if (view.Sealing.Parts.Length == 0)
            return false;
        var dropped = view.Dropped.Sealing;
        var left = DeletedRows<TBatch>.OfHead(_sealing, dropped) is { } gone ? view.Sealing.Without(_sealing, gone, keys: null) : view.Sealing;
        try
        {
            // Why first: what the WAL says of drops goes with it.
            KeepDrops(view);
            if (left.Rows > 0)
                new SegmentWriter<TBatch>(_setup.Disk, _sealing).Write(_folder.PathOf(_nextSegment), left.Parts, _sealingThrough, _setup.Clock.WallMs);
        }
        catch (IOException e)
        {
            _setup.Problems.Set(ref _sealProblem, $"Cannot seal {_signal.Name}: {e.Message}. They stay in memory and in the WAL, and sealing is tried again.");
            return false;
        }
        _setup.Problems.Set(ref _sealProblem, null);
        EventSegment<TBatch>[] added = left.Rows > 0 ? [_folder.Open(_nextSegment++)] : [];
        _views.Change(now => now with
        {
            Sealing = EventHead<TBatch>.Empty,
            Segments = [.. now.Segments, .. added],
            Dropped = now.Dropped.Sealed(added.Length > 0 ? added[0].Number : null, dropped, RunningMs),
        });
        _walFiles.Truncate(_sealingThrough);
        return true;
    }

    /// <summary>Drops traces: what is there of them is in no answer any more, durably, when it returns. What was appended before <paramref name="within"/> may stay.</summary>
    /// <exception cref="IOException">The disk is full or failing; nothing is dropped.</exception>
    public void Drop(TraceSet traces, TimeSpan within)
    {
        // Why before the lock: it reads pages of the indexes.
        var held = DroppedTraces.HeldBy(_views.Stored.Segments, traces, _setup.Clock.WallMs - (long)Math.Min(within.TotalMilliseconds, long.MaxValue / 4));
        lock (_commitLock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var record = new ByteWriter();
            DroppedTraces.Put(record, held, traces, _wal.TakeSequence());
            _wal.Commit(record.Written);
            _views.Change(view => view with { Dropped = view.Dropped.With(traces, view, s => held.TryGetValue(s, out var known) ? known : DroppedTraces.HeldBy(s, traces), RunningMs) });
            if (_views.Stored.Dropped.Head.Count >= Math.Max(SettleFrom, _views.Stored.Head.Rows / 16))
                SettleHead();
        }
    }

    /// <summary>Deletes events that are there: durable, and in no answer any more, when it returns. Neither sealing nor merging may go on.</summary>
    /// <exception cref="IOException">The disk is full or failing; nothing is deleted.</exception>
    public void Delete(EventDeletion<TBatch> deletion)
    {
        lock (_commitLock)
        {
            deletion = SegmentDeletions.Concerning(deletion, _views.Stored.Segments);
            EventDeletion<TBatch>[] deletions = deletion.Segments.Count == 0 ? _views.Stored.Deletions : [.. _views.Stored.Deletions, deletion];
            if (deletion.Segments.Count > 0)
                _folder.WriteDeletions(deletions);
            var record = new ByteWriter();
            var start = Frame.Begin(record);
            deletion.Put(record);
            Frame.End(record, start, FrameType.EventDeletion, _wal.TakeSequence());
            // Why: events in the WAL before this record stay deleted when it is replayed, those behind it live.
            _wal.Commit(record.Written);
            var deleted = new DeletedRows<TBatch>(deletion);
            var (head, sealing) = (_views.Stored.Head.Without(_signal, deleted, _keys), _views.Stored.Sealing.Without(_signal, deleted, _keys));
            _views.Change(view => view with { Head = head, Sealing = sealing, Deletions = deletions });
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        lock (_commitLock)
            _isDisposed = true;
        _wal.Dispose();
        foreach (var segment in _views.Stored.Segments)
            segment.Close();
    }

    private long OpenSegments()
    {
        var segments = _folder.OpenAll();
        var through = 0L;
        // Why the last one's time too: the clock may have been set back since.
        var nowMs = segments.Count == 0 ? 0 : Math.Max(_setup.Clock.WallMs, segments[^1].SealedMs);
        foreach (var segment in segments)
        {
            _nextSegment = Math.Max(_nextSegment, segment.Number + 1);
            through = Math.Max(through, segment.WalThrough);
        }
        Remember(segments, nowMs);
        _keptDrops = _folder.ReadDrops(segments);
        _views.Change(view => view with { Segments = [.. segments], Deletions = _folder.ReadDeletions(segments), Dropped = view.Dropped.WithSegments(_keptDrops) });
        return through;
    }

    private void KeepDrops(EventView<TBatch> view)
    {
        if (view.Dropped.Segments == _keptDrops)
            return;
        _folder.WriteDrops(view.Dropped.Segments);
        _keptDrops = view.Dropped.Segments;
    }

    private void SettleHead()
    {
        var gone = new DeletedRows<TBatch>(_signal, _views.Stored.Dropped.Head);
        var head = _views.Stored.Head.Without(_signal, gone, keys: null);
        _views.Change(view => view with { Head = head, Dropped = view.Dropped.HeadSettled() });
    }

    // Senders retry across a restart: what was sealed lately must be known again, the youngest first and no more of it than is ever known.
    private void Remember(List<EventSegment<TBatch>> segments, long nowMs)
    {
        var keys = 0;
        for (var i = segments.Count - 1; i >= 0 && nowMs - segments[i].SealedMs < (long)RecentKeys.Window.TotalMilliseconds; i--)
        {
            for (var block = segments[i].Blocks.Count - 1; block >= 0 && keys < RecentKeys.MaxKeys; block--)
                keys += Remember(segments[i], segments[i].Blocks[block]);
        }
    }

    private int Remember(EventSegment<TBatch> segment, BlockEntry block)
    {
        if (segment.ReadBlock(block, null, []) is not { } batch)
            return 0;
        for (var row = 0; row < _signal.Count(batch); row++)
            _keys.TryAdd(_signal.Key(batch, row), RunningMs);
        return _signal.Count(batch);
    }

    private void Freeze()
    {
        lock (_commitLock)
        {
            if (_views.Stored.Head.Rows == 0)
                return;
            _sealingThrough = _wal.Rotate();
            _views.Change(view => view with { Head = EventHead<TBatch>.Empty, Sealing = view.Head, Dropped = view.Dropped.Frozen() });
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
        var admission = new EventAdmission<TBatch>(_signal, _setup, _retention.LongestNanos, View.Expiry);
        var runningMs = RunningMs;
        copier.Reserve(batch);
        var dropped = _views.Stored.Dropped.Head;
        var isFull = HeadBytes >= _setup.Options.MemoryLimitBytes / 4;
        for (var row = 0; row < _signal.Count(batch); row++)
        {
            if (_signal.IsDropped(batch, row))
                continue;
            if (!TryTake(request, row, isFull, ref admission, runningMs))
            {
                // Nobody behind the store counts what was refused, or is here a second time.
                _signal.Drop(batch, row);
                continue;
            }
            if (dropped.Contains(_signal.Trace(batch, row)))
            {
                // It goes on although it was dropped: what comes now stays.
                SettleHead();
                dropped = TraceSet.Empty;
            }
            copier.Copy(batch, row);
        }
        if (_signal.Count(copier.Target) > 0)
            Log(copier.Target);
    }

    private bool TryTake(AppendRequest<TBatch> request, int row, bool isFull, ref EventAdmission<TBatch> admission, long runningMs)
    {
        if (isFull)
        {
            if (!request.TryReject(RejectReason.MemoryLimit))
                request.Reject(RejectReason.MemoryLimit, $"unsealed {_signal.Name} take {HeadBytes >> 20} MiB, over their share of the memory limit of {_setup.Options.MemoryLimitBytes >> 20} MiB; try again later");
            return false;
        }
        if (!admission.Admits(request, row))
            return false;
        request.Accepted++;
        var key = _signal.Key(request.Batch, row);
        if (!_keys.TryAdd(key, runningMs))
            return false;
        _added.Add(key);
        return true;
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
        var head = _views.Stored.Head.Add(_signal, _parts);
        _views.Change(view => view with { Head = head });
        if (_headSinceMs == long.MaxValue)
            Volatile.Write(ref _headSinceMs, RunningMs);
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
