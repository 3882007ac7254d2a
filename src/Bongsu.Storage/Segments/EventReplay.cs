using Bongsu.Storage.Frames;

namespace Bongsu.Storage.Segments;

/// <summary>Takes the records of a WAL back into parts of a head.</summary>
internal sealed class EventReplay<TBatch>(EventSignal<TBatch> signal, RecentKeys keys, long nowMs) where TBatch : class, new()
{
    public List<TBatch> Batches { get; } = [];

    public bool Apply(FrameType type, long fileNumber, ReadOnlySpan<byte> payload)
    {
        if (type == FrameType.EventDeletion)
            return TryDelete(payload);
        if (type != signal.WalFrame || signal.Decode(payload) is not { } batch)
            return false;
        var rows = signal.Count(batch);
        var copier = signal.NewCopier();
        for (var row = 0; row < rows; row++)
        {
            // Why: a batch whose sync failed was refused, and may stand in the WAL once more from the retry that was accepted.
            if (keys.TryAdd(signal.Key(batch, row), nowMs))
                copier.Copy(batch, row);
        }
        if (signal.Count(copier.Target) > 0)
            Batches.Add(copier.Target);
        return true;
    }

    // What stands before it in the WAL stays deleted; what came behind it lives.
    private bool TryDelete(ReadOnlySpan<byte> payload)
    {
        if (signal.ReadDeletion(payload) is not { } deletion)
            return false;
        var deleted = new DeletedRows<TBatch>(deletion);
        for (var i = Batches.Count - 1; i >= 0; i--)
        {
            if (deleted.Left(signal, Batches[i], keys) is { } left)
                Batches[i] = left;
            else
                Batches.RemoveAt(i);
        }
        return true;
    }
}
