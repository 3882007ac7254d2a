using Bongsu.Storage.Codecs;

namespace Bongsu.Storage.Segments;

/// <summary>Events that were deleted and still stand in some segments. Immutable.</summary>
/// <param name="segments">Numbers of those segments; ones written later never held what it deletes.</param>
internal abstract class EventDeletion<TBatch>(IReadOnlySet<long> segments) where TBatch : class, new()
{
    public IReadOnlySet<long> Segments { get; } = segments;

    /// <summary>Wants what is deleted, one selection at a time.</summary>
    public abstract EventFilter<TBatch> NewFilter();

    /// <summary>The same, standing in other segments.</summary>
    public abstract EventDeletion<TBatch> In(IReadOnlySet<long> segments);

    public abstract void Put(ByteWriter into);
}
