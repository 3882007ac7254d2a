using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Storage.Segments;

/// <summary>Which streams have records in a time.</summary>
internal static class LogStreams
{
    public static IReadOnlyList<LabelSet> Find(LogSignal signal, EventView<LogBatch> view, LogFilter filter, CancellationToken cancellationToken)
    {
        var streams = new HashSet<LabelSet>();
        foreach (var part in view.Head.Parts)
            AddRows(signal, part.Batch, filter, streams, DeletedRows<LogBatch>.Of(signal, view, part, view.Dropped.Head));
        foreach (var part in view.Sealing.Parts)
            AddRows(signal, part.Batch, filter, streams, DeletedRows<LogBatch>.Of(signal, view, part, view.Dropped.Sealing));
        foreach (var segment in view.Segments)
        {
            var deleted = DeletedRows<LogBatch>.Of(signal, view, segment);
            foreach (var block in segment.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddBlock(signal, segment, block, deleted, filter, streams);
            }
        }
        var sorted = new List<LabelSet>(streams);
        sorted.Sort(static (a, b) => a.Bytes.SequenceCompareTo(b.Bytes));
        return sorted;
    }

    /// <summary>How many streams have records that are not sealed yet or were sealed since a time.</summary>
    public static int CountActive(EventView<LogBatch> view, long sinceMs)
    {
        // Hashes, since every scrape of the server's own metrics asks.
        var streams = new HashSet<ulong>();
        AddHashes(view.Head, streams);
        AddHashes(view.Sealing, streams);
        foreach (var segment in view.Segments)
        {
            for (var tag = 0; tag < segment.TagCount && segment.SealedMs >= sinceMs; tag++)
                streams.Add(LabelHash.Of(segment.Tag(tag)));
        }
        return streams.Count;
    }

    private static void AddHashes(EventHead<LogBatch> head, HashSet<ulong> streams)
    {
        foreach (var part in head.Parts)
        {
            for (var i = 0; i < part.Batch.Streams.Count; i++)
                streams.Add(LabelHash.Of(part.Batch.StreamLabels(i)));
        }
    }

    // A block within the time answers from the index; only those at its edges, and those of which something is deleted, are read.
    private static void AddBlock(LogSignal signal, EventSegment<LogBatch> segment, BlockEntry block, DeletedRows<LogBatch>? deleted, LogFilter filter, HashSet<LabelSet> streams)
    {
        if (block.MinTimeNanos >= filter.ToNanos || block.MaxTimeNanos < filter.FromNanos)
            return;
        if (block.MinTimeNanos < filter.FromNanos || block.MaxTimeNanos >= filter.ToNanos || deleted is not null)
        {
            if (segment.ReadBlock(block, null, []) is { } batch)
                AddRows(signal, batch, filter, streams, deleted);
            return;
        }
        foreach (var tag in block.Tags)
        {
            if (filter.WantsTag(segment.Tag(tag)))
                streams.Add(LabelSet.FromCanonical(segment.Tag(tag)));
        }
    }

    private static void AddRows(LogSignal signal, LogBatch batch, LogFilter filter, HashSet<LabelSet> streams, DeletedRows<LogBatch>? deleted = null)
    {
        filter.Begin(batch);
        deleted?.Begin(batch);
        var seen = new bool[batch.Streams.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            var time = signal.TimeNanos(batch, row);
            var stream = batch.Records.Span[row].Stream;
            if (seen[stream] || time < filter.FromNanos || time >= filter.ToNanos || !filter.WantsRow(batch, row) || deleted?.Has(signal, batch, row) == true)
                continue;
            seen[stream] = true;
            streams.Add(LabelSet.FromCanonical(batch.StreamLabels(stream)));
        }
    }
}
