namespace Bongsu.Storage.Segments;

/// <summary>A head part or a sealed block that a selection may need, loaded when its time comes.</summary>
internal sealed class EventSource<TBatch>(EventPart<TBatch>? part, EventSegment<TBatch>? segment, BlockEntry? block, DeletedRows<TBatch>? deleted = null) where TBatch : class, new()
{
    private int[] _order = [];
    private int _at;
    private bool _newestFirst;

    public long MinTimeNanos => part?.MinTimeNanos ?? block!.MinTimeNanos;

    public long MaxTimeNanos => part?.MaxTimeNanos ?? block!.MaxTimeNanos;

    public TBatch? Batch { get; private set; }

    /// <summary>Whether another source may have rows of the same times.</summary>
    public bool MeetsOthers { get; set; }

    /// <summary>Whether the batch holds the wanted rows alone, in the order asked for, no two of one time; before any of them is taken.</summary>
    public bool IsWhole { get; private set; }

    public int Row => _order[_newestFirst ? _order.Length - 1 - _at : _at];

    /// <summary>Whether it is in memory as a whole, and shared.</summary>
    public bool IsHead => part is not null;

    /// <summary>Loads and keeps only wanted rows; false when there are none (or the block is damaged, which is warned of).</summary>
    public bool TryLoad(EventSignal<TBatch> signal, EventFilter<TBatch> filter, bool newestFirst, ICollection<string> warnings)
    {
        if (block is not null && !segment!.MayContain(block, filter, warnings))
            return false;
        filter.MeetsOthers = MeetsOthers;
        filter.NeedsBodies = deleted?.ReadsBodies == true;
        Batch = part?.Batch ?? segment!.ReadBlock(block!, filter, warnings);
        if (Batch is null)
            return false;
        _newestFirst = newestFirst;
        filter.Begin(Batch);
        // Why: blocks of one segment may be loaded at the same time.
        var gone = deleted?.Fork();
        gone?.Begin(Batch);
        var rows = part?.Order(signal) ?? EventOrder.Ascending(signal, Batch);
        var wanted = new List<int>(rows.Length);
        foreach (var row in rows)
        {
            var time = signal.TimeNanos(Batch, row);
            if (time >= filter.FromNanos && time < filter.ToNanos && filter.WantsRow(Batch, row) && gone?.Has(signal, Batch, row) != true)
                wanted.Add(row);
        }
        _order = [.. wanted];
        IsWhole = IsGivenAway(signal);
        return _order.Length > 0;
    }

    public bool TryAdvance()
    {
        IsWhole = false;
        return ++_at < _order.Length;
    }

    // Head parts are shared, so only what was read for this selection is given away.
    private bool IsGivenAway(EventSignal<TBatch> signal)
    {
        if (part is not null || _order.Length != signal.Count(Batch!))
            return false;
        for (var i = 0; i < _order.Length; i++)
        {
            var row = _order[_newestFirst ? _order.Length - 1 - i : i];
            if (row != i || (i > 0 && signal.TimeNanos(Batch!, i) == signal.TimeNanos(Batch!, i - 1)))
                return false;
        }
        return true;
    }
}
