using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Events;

namespace Bongsu.Storage.Segments;

/// <summary>Takes the records of a WAL back into parts of a head.</summary>
internal sealed class EventReplay<TBatch>(EventSignal<TBatch> signal, RecentKeys keys, long nowMs) where TBatch : class, new()
{
    // Dropped of the batches so far: they are gone through once for many drops.
    private readonly HashSet<TraceId> _dropped = [];

    private readonly HashSet<TraceId> _allDropped = [];

    public List<TBatch> Batches { get; } = [];

    /// <summary>All traces that were dropped since the oldest record.</summary>
    public TraceSet Dropped => TraceSet.Of(_allDropped);

    /// <summary>The first segment that may have spans of them.</summary>
    public long FirstDroppedOf { get; private set; } = long.MaxValue;

    public bool Apply(FrameType type, long fileNumber, ReadOnlySpan<byte> payload)
    {
        if (type == FrameType.EventDeletion)
            return TryDelete(payload);
        if (type == FrameType.TraceDrop)
            return TryDrop(payload);
        if (type != signal.WalFrame || signal.Decode(payload) is not { } batch)
            return false;
        var rows = signal.Count(batch);
        var copier = signal.NewCopier();
        for (var row = 0; row < rows; row++)
        {
            if (_dropped.Count > 0 && _dropped.Contains(signal.Trace(batch, row)))
                Settle();
            // Why: a batch whose sync failed was refused, and may stand in the WAL once more from the retry that was accepted.
            if (keys.TryAdd(signal.Key(batch, row), nowMs))
                copier.Copy(batch, row);
        }
        if (signal.Count(copier.Target) > 0)
            Batches.Add(copier.Target);
        return true;
    }

    /// <summary>Takes out of the batches what was dropped of them; called at the end, and before a dropped trace goes on.</summary>
    public void Settle()
    {
        if (_dropped.Count == 0)
            return;
        Remove(new DeletedRows<TBatch>(signal, TraceSet.Of(_dropped)));
        _dropped.Clear();
    }

    // What stands before it in the WAL stays deleted; what came behind it lives.
    private bool TryDelete(ReadOnlySpan<byte> payload)
    {
        if (signal.ReadDeletion(payload) is not { } deletion)
            return false;
        Remove(new DeletedRows<TBatch>(deletion));
        return true;
    }

    private bool TryDrop(ReadOnlySpan<byte> payload)
    {
        if (!TraceDropFile.TryRead(payload, out var firstSegment, out var traces))
            return false;
        FirstDroppedOf = Math.Min(FirstDroppedOf, firstSegment);
        foreach (var trace in traces.Ids)
        {
            _dropped.Add(trace);
            _allDropped.Add(trace);
        }
        return true;
    }

    private void Remove(DeletedRows<TBatch> deleted)
    {
        for (var i = Batches.Count - 1; i >= 0; i--)
        {
            if (deleted.Left(signal, Batches[i], keys) is { } left)
                Batches[i] = left;
            else
                Batches.RemoveAt(i);
        }
    }
}
