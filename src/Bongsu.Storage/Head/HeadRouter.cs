namespace Bongsu.Storage.Head;

/// <summary>
/// The heads that are open for appends and which of them a sample goes to: one for the newest window, one for the window before while stragglers still come,
/// and one for all that is later than that. So a window seals as one block. Open heads never share a time: of two values at one time the one in the head
/// that was closed later is the newer. The writer's alone.
/// </summary>
internal sealed class HeadRouter(long windowMs, SeriesTable table)
{
    // Samples that jump ahead by windows at a time are a backfill: beyond this many open windows it goes to the late head.
    private const int MaxOpenWindows = 4;

    private readonly List<MetricHead> _open = [];
    private MetricHead? _newest;
    private MetricHead? _late;
    private bool _changed;

    public SeriesTable Table { get; private set; } = table;

    public IReadOnlyList<MetricHead> Open => _open;

    /// <summary>Windows before this were sealed: what still comes for them is late.</summary>
    public long SealedToMs { get; set; } = long.MinValue;

    /// <summary>Whether a head was opened since this was last asked.</summary>
    public bool TakeChanged()
    {
        var changed = _changed;
        _changed = false;
        return changed;
    }

    /// <summary>The head for a time.</summary>
    /// <param name="timeMs">Of the sample.</param>
    /// <param name="isBackfill">No window is opened for it.</param>
    public MetricHead Of(long timeMs, bool isBackfill = false)
    {
        // Fast path: the newest window.
        if (_newest is { } newest && newest.Covers(timeMs))
            return newest;
        foreach (var head in _open)
        {
            if (!head.IsLate && head.Covers(timeMs))
                return head;
        }
        return isBackfill ? Late() : BeginFor(timeMs);
    }

    /// <summary>Takes a head out: no sample goes to it any more.</summary>
    public void Close(MetricHead head, long wallMs)
    {
        _open.Remove(head);
        if (head == _late)
            _late = null;
        // Why: of windows of the future, which a clock begins that is set wrong for a while, all that comes until then would be late.
        else if (head != _newest && head.FromMs <= wallMs + windowMs)
            SealedToMs = Math.Max(SealedToMs, head.ToMs);
        if (head == _newest)
            _newest = null;
    }

    /// <summary>Begins a table of its own for heads to come; none may be open.</summary>
    public void Renew(SeriesTable next) => Table = next;

    private MetricHead BeginFor(long timeMs)
    {
        var start = WindowStart(timeMs);
        var isOld = start < SealedToMs || (_newest is not null && start < _newest.FromMs - windowMs);
        // A window of which the late head has something stays there.
        isOld |= _late is not null && _late.MinMs < start + windowMs && _late.MaxMs >= start;
        if (isOld || timeMs >= long.MaxValue - windowMs || timeMs < long.MinValue + windowMs || _open.Count >= MaxOpenWindows)
            return Late();
        var head = Begin(new MetricHead(Table, start, start + windowMs));
        if (_newest is null || start > _newest.FromMs)
            _newest = head;
        return head;
    }

    private MetricHead Late() => _late ??= Begin(new MetricHead(Table, long.MinValue, long.MaxValue));

    private long WindowStart(long timeMs) => timeMs - (timeMs % windowMs + windowMs) % windowMs;

    private MetricHead Begin(MetricHead head)
    {
        _open.Add(head);
        _changed = true;
        return head;
    }
}
