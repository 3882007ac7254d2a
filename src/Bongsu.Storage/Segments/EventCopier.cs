namespace Bongsu.Storage.Segments;

/// <summary>Copies rows into a batch of its own, sharing what repeats. Not thread-safe.</summary>
internal abstract class EventCopier<TBatch> where TBatch : class, new()
{
    public TBatch Target { get; } = new();

    public abstract void Copy(TBatch from, int row);
}
