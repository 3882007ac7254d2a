namespace Bongsu.Storage.Segments;

/// <summary>Copies rows into a batch of its own, sharing what repeats. Not thread-safe.</summary>
internal abstract class EventCopier<TBatch> where TBatch : class, new()
{
    public TBatch Target { get; } = new();

    /// <summary>Makes room for all rows of a batch, so that what stays in memory for long has no room to spare.</summary>
    public virtual void Reserve(TBatch from)
    {
    }

    /// <summary>Forgets all rows, to begin anew in the same memory.</summary>
    public abstract void Clear();

    public abstract void Copy(TBatch from, int row);
}
