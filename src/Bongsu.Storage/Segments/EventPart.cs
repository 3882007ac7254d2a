namespace Bongsu.Storage.Segments;

/// <summary>Some rows of the head, immutable once published; the order of their times is found when first asked for. Thread-safe.</summary>
internal sealed class EventPart<TBatch> where TBatch : class, new()
{
    private int[]? _order;

    public EventPart(EventSignal<TBatch> signal, TBatch batch)
    {
        Batch = batch;
        Rows = signal.Count(batch);
        SizeBytes = signal.SizeBytes(batch);
        (MinTimeNanos, MaxTimeNanos) = (long.MaxValue, long.MinValue);
        for (var row = 0; row < Rows; row++)
        {
            MinTimeNanos = Math.Min(MinTimeNanos, signal.TimeNanos(batch, row));
            MaxTimeNanos = Math.Max(MaxTimeNanos, signal.TimeNanos(batch, row));
        }
    }

    public TBatch Batch { get; }
    public int Rows { get; }
    public long SizeBytes { get; }
    public long MinTimeNanos { get; }
    public long MaxTimeNanos { get; }

    /// <summary>Rows by ascending time, rows of one time as they came.</summary>
    public int[] Order(EventSignal<TBatch> signal) => _order ??= EventOrder.Ascending(signal, Batch);
}
