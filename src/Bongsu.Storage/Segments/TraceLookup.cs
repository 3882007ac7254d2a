using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>All spans of some traces: the head is scanned, segments answer by their trace index. A span stored twice is given once.</summary>
internal static class TraceLookup
{
    // Only asked for the times and tags of rows, which is thread-safe.
    private static readonly SpanSignal s_signal = new();

    public static SpanBatch Find(EventView<SpanBatch> view, IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<TraceId>(traces);
        var filter = new TraceFilter(wanted);
        var fingerprints = new List<ulong>(wanted.Count);
        foreach (var trace in wanted)
            fingerprints.Add(SpanSignal.Fingerprint(trace));
        var copier = new SpanCopier();
        var seen = new HashSet<(TraceId, SpanId)>();
        foreach (var part in view.Head.Parts)
            Add(part.Batch, DeletedRows<SpanBatch>.Of(view, part), wanted, copier, seen);
        foreach (var part in view.Sealing.Parts)
            Add(part.Batch, DeletedRows<SpanBatch>.Of(view, part), wanted, copier, seen);
        for (var i = view.Segments.Length - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segment = view.Segments[i];
            var blocks = new HashSet<int>();
            segment.FindTraces(fingerprints, blocks, warnings);
            var deleted = DeletedRows<SpanBatch>.Of(view, segment);
            foreach (var block in blocks)
            {
                if (block < segment.Blocks.Count && segment.ReadBlock(segment.Blocks[block], filter, warnings) is { } batch)
                    Add(batch, deleted, wanted, copier, seen);
            }
        }
        return copier.Target;
    }

    private static void Add(SpanBatch batch, DeletedRows<SpanBatch>? deleted, HashSet<TraceId> wanted, SpanCopier copier, HashSet<(TraceId, SpanId)> seen)
    {
        deleted?.Begin(batch);
        for (var row = 0; row < batch.Count; row++)
        {
            ref readonly var span = ref batch.Spans.Span[row];
            if (wanted.Contains(span.TraceId) && deleted?.Has(s_signal, batch, row) != true && seen.Add((span.TraceId, span.SpanId)))
                copier.Copy(batch, row);
        }
    }
}
