namespace Bongsu.Storage.Segments;

/// <summary>Which rows of a batch are deleted. Not thread-safe.</summary>
internal sealed class DeletedRows<TBatch> where TBatch : class, new()
{
    private readonly List<EventFilter<TBatch>> _filters = [];

    public DeletedRows(EventDeletion<TBatch> only) => _filters.Add(only.NewFilter());

    private DeletedRows(List<EventFilter<TBatch>> filters) => _filters = filters;

    /// <summary>What is past its time of a part of the head; null when nothing is. What is deleted of the head is not in it.</summary>
    public static DeletedRows<TBatch>? Of(EventView<TBatch> view, EventPart<TBatch> part) =>
        view.Expiry is { } expiry && part.MinTimeNanos < expiry.SurelyKeptNanos ? new DeletedRows<TBatch>([expiry.NewFilter()]) : null;

    /// <summary>What is deleted of a segment, or past its time; null when nothing is.</summary>
    public static DeletedRows<TBatch>? Of(EventView<TBatch> view, EventSegment<TBatch> segment)
    {
        List<EventFilter<TBatch>>? filters = null;
        foreach (var deletion in view.Deletions)
        {
            if (deletion.Segments.Contains(segment.Number))
                (filters ??= []).Add(deletion.NewFilter());
        }
        if (view.Expiry is { } expiry && expiry.IsIn(segment))
            (filters ??= []).Add(expiry.NewFilter());
        return filters is null ? null : new DeletedRows<TBatch>(filters);
    }

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

    /// <summary>The batch less its deleted rows: itself when none is, null when none is left. Their keys are given back.</summary>
    public TBatch? Left(EventSignal<TBatch> signal, TBatch batch, RecentKeys keys)
    {
        Begin(batch);
        var copier = signal.NewCopier();
        for (var row = 0; row < signal.Count(batch); row++)
        {
            if (Has(signal, batch, row))
                keys.Remove(signal.Key(batch, row));
            else
                copier.Copy(batch, row);
        }
        var left = signal.Count(copier.Target);
        return left == signal.Count(batch) ? batch : left == 0 ? null : copier.Target;
    }
}
