namespace Bongsu.Storage.Segments;

/// <summary>
/// Rows of many sources in time order, a batch at a time. A source is loaded only when the merge reaches its time, so that a reader who stops early
/// never pays for the rest. A row equal to another of the same time is given once. Not thread-safe.
/// </summary>
internal sealed class EventMerge<TBatch>(EventSignal<TBatch> signal, List<EventSource<TBatch>> sources, EventFilter<TBatch> filter, bool newestFirst,
    ICollection<string> warnings) where TBatch : class, new()
{
    // Small first batches answer "the newest hundred" soon, larger ones carry scans.
    private const int FirstRows = 128;
    private const int MaxRows = 4096;

    private readonly PriorityQueue<EventSource<TBatch>, long> _active = new();
    private readonly HashSet<EventKey> _sameTime = [];
    private long _lastTime = long.MinValue;
    private EventKey _lastKey;
    private int _next;
    private int _rows = FirstRows;
    private EventLoader<TBatch>? _loader;

    /// <summary>Sources in the order the merge reaches them.</summary>
    public void Sort()
    {
        sources.Sort(static (a, b) => a.MinTimeNanos.CompareTo(b.MinTimeNanos));
        var (reaching, end) = (-1, long.MinValue);
        for (var i = 0; i < sources.Count; i++)
        {
            if (reaching >= 0 && sources[i].MinTimeNanos <= end)
                sources[i].MeetsOthers = sources[reaching].MeetsOthers = true;
            if (reaching < 0 || sources[i].MaxTimeNanos > end)
                (reaching, end) = (i, sources[i].MaxTimeNanos);
        }
        if (newestFirst)
            sources.Sort(static (a, b) => b.MaxTimeNanos.CompareTo(a.MaxTimeNanos));
    }

    /// <summary>The next batch, or null at the end.</summary>
    public TBatch? Next(CancellationToken cancellationToken)
    {
        if (TryHandOver(out var whole, cancellationToken))
            return whole;
        var copier = signal.NewCopier();
        var rows = 0;
        while (rows < _rows && TryPeek(out var source, cancellationToken))
        {
            // Why: copied to the middle, a source cannot be given as it is, nor could any after it.
            if (rows > 0 && IsAlone(source))
                break;
            if (!IsRepeated(source.Batch!, source.Row))
            {
                copier.Copy(source.Batch!, source.Row);
                rows++;
            }
            _active.Dequeue();
            if (source.TryAdvance())
                _active.Enqueue(source, Priority(source));
        }
        _rows = Math.Min(MaxRows, _rows * 2);
        return rows == 0 ? null : copier.Target;
    }

    // Fast path: one source alone, as long as the others lie beyond it in time, is given as it is.
    private bool TryHandOver(out TBatch? batch, CancellationToken cancellationToken)
    {
        batch = null;
        if (!TryPeek(out var source, cancellationToken) || !IsAlone(source))
            return false;
        _active.Dequeue();
        batch = source.Batch!;
        var last = signal.Count(batch) - 1;
        (_lastTime, _lastKey) = (signal.TimeNanos(batch, last), signal.Key(batch, last));
        _sameTime.Clear();
        return true;
    }

    private bool IsAlone(EventSource<TBatch> source)
    {
        if (_active.Count > 1 || !source.IsWhole)
            return false;
        var end = newestFirst ? ~source.MinTimeNanos : source.MaxTimeNanos;
        return (_next == sources.Count || Reach(sources[_next]) > end) && signal.TimeNanos(source.Batch!, source.Row) != _lastTime;
    }

    private bool TryPeek(out EventSource<TBatch> source, CancellationToken cancellationToken)
    {
        while (_next < sources.Count && (!_active.TryPeek(out _, out var best) || Reach(sources[_next]) <= best))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _loader ??= new EventLoader<TBatch>(signal, sources, filter, newestFirst, warnings);
            var candidate = sources[_next];
            if (_loader.TryLoad(_next))
                _active.Enqueue(candidate, Priority(candidate));
            // Once merged its memory can go.
            sources[_next++] = null!;
        }
        return _active.TryPeek(out source!, out _);
    }

    private long Reach(EventSource<TBatch> source) => newestFirst ? ~source.MaxTimeNanos : source.MinTimeNanos;

    private long Priority(EventSource<TBatch> source)
    {
        var time = signal.TimeNanos(source.Batch!, source.Row);
        return newestFirst ? ~time : time;
    }

    private bool IsRepeated(TBatch batch, int row)
    {
        var time = signal.TimeNanos(batch, row);
        var key = signal.Key(batch, row);
        if (time != _lastTime)
        {
            (_lastTime, _lastKey) = (time, key);
            if (_sameTime.Count > 0)
                _sameTime.Clear();
            return false;
        }
        if (_sameTime.Count == 0)
            _sameTime.Add(_lastKey);
        return !_sameTime.Add(key);
    }
}
