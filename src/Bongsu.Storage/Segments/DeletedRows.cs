namespace Bongsu.Storage.Segments;

/// <summary>Which rows of a batch are deleted. Not thread-safe.</summary>
internal sealed class DeletedRows<TBatch> where TBatch : class, new()
{
    private readonly List<EventFilter<TBatch>> _filters = [];

    public DeletedRows(EventDeletion<TBatch> only) => _filters.Add(only.NewFilter());

    public DeletedRows(EventSignal<TBatch> signal, TraceSet traces) => _filters.Add(new DroppedFilter<TBatch>(signal, traces));

    private DeletedRows(List<EventFilter<TBatch>> filters) => _filters = filters;

    /// <summary>Whether rows have to be there with their bodies and attributes to be told.</summary>
    public bool ReadsBodies
    {
        get
        {
            foreach (var filter in _filters)
            {
                if (filter.ReadsBodies)
                    return true;
            }
            return false;
        }
    }

    /// <summary>What is past its time of a part of a head, or dropped of that head; null when nothing is. What is deleted of the head is not in it.</summary>
    public static DeletedRows<TBatch>? Of(EventSignal<TBatch> signal, EventView<TBatch> view, EventPart<TBatch> part, TraceSet dropped)
    {
        List<EventFilter<TBatch>>? filters = null;
        if (view.Expiry is { } expiry && part.MinTimeNanos < expiry.SurelyKeptNanos)
            (filters ??= []).Add(expiry.NewFilter());
        if (dropped.Count > 0)
            (filters ??= []).Add(new DroppedFilter<TBatch>(signal, dropped));
        return filters is null ? null : new DeletedRows<TBatch>(filters);
    }

    /// <summary>What is deleted or dropped of a segment, or past its time; null when nothing is.</summary>
    public static DeletedRows<TBatch>? Of(EventSignal<TBatch> signal, EventView<TBatch> view, EventSegment<TBatch> segment)
    {
        List<EventFilter<TBatch>>? filters = null;
        foreach (var deletion in view.Deletions)
        {
            if (deletion.Segments.Contains(segment.Number))
                (filters ??= []).Add(deletion.NewFilter());
        }
        if (view.Expiry is { } expiry && expiry.IsIn(segment))
            (filters ??= []).Add(expiry.NewFilter());
        if (view.Dropped.Of(segment.Number) is { Count: > 0 } dropped)
            (filters ??= []).Add(new DroppedFilter<TBatch>(signal, dropped));
        return filters is null ? null : new DeletedRows<TBatch>(filters);
    }

    /// <summary>What is dropped of a head; null when nothing is.</summary>
    public static DeletedRows<TBatch>? OfHead(EventSignal<TBatch> signal, TraceSet dropped) => dropped.Count == 0 ? null : new DeletedRows<TBatch>(signal, dropped);

    /// <summary>Another that knows the same, for a second reader at the same time.</summary>
    public DeletedRows<TBatch> Fork() => new(_filters.ConvertAll(filter => filter.Fork()));

    /// <summary>Called before the rows of a batch.</summary>
    public void Begin(TBatch batch)
    {
        foreach (var filter in _filters)
            filter.Begin(batch);
    }

    public bool Has(EventSignal<TBatch> signal, TBatch batch, int row)
    {
        var time = signal.TimeNanos(batch, row);
        foreach (var filter in _filters)
        {
            if (time >= filter.FromNanos && time < filter.ToNanos && filter.WantsRow(batch, row))
                return true;
        }
        return false;
    }

    /// <summary>The batch less its deleted rows: itself when none is, null when none is left. Their keys are given back, unless they are still to be known.</summary>
    public TBatch? Left(EventSignal<TBatch> signal, TBatch batch, RecentKeys? keys)
    {
        Begin(batch);
        var copier = signal.NewCopier();
        for (var row = 0; row < signal.Count(batch); row++)
        {
            if (Has(signal, batch, row))
                keys?.Remove(signal.Key(batch, row));
            else
                copier.Copy(batch, row);
        }
        var left = signal.Count(copier.Target);
        return left == signal.Count(batch) ? batch : left == 0 ? null : copier.Target;
    }
}
