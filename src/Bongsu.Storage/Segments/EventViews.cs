namespace Bongsu.Storage.Segments;

/// <summary>The view of now, which changes as a whole: readers take it and never wait. Thread-safe.</summary>
internal sealed class EventViews<TBatch>(EventRetention<TBatch> retention, StoreClock clock) where TBatch : class, new()
{
    private readonly object _lock = new();
    private volatile EventView<TBatch> _stored = new(EventHead<TBatch>.Empty, EventHead<TBatch>.Empty, []);

    /// <summary>What is there, whatever is past its time.</summary>
    public EventView<TBatch> Stored => _stored;

    /// <summary>The same with what is past its time at this moment.</summary>
    public EventView<TBatch> Now => retention.IsEmpty ? _stored : _stored with { Expiry = retention.At(clock.EarliestMs) };

    /// <summary>Puts another view in the place of the present one; one at a time.</summary>
    public void Change(Func<EventView<TBatch>, EventView<TBatch>> change)
    {
        lock (_lock)
            _stored = change(_stored);
    }
}
