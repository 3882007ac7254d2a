using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>All spans of some traces: the head is scanned, segments answer by their trace index. A span stored twice is given once.</summary>
internal static class TraceLookup
{
    // Only asked for the times and tags of rows, which is thread-safe.
    private static readonly SpanSignal s_signal = new();

    /// <summary>Spans beyond are left out, with a warning: some hundred megabytes.</summary>
    private const int MaxSpans = 1_000_000;

    // Blocks that are read before their spans are copied; each gives its wanted rows alone.
    private const int Together = 64;

    // Fewer are read sooner than another thread begins.
    private const int WorthSharing = 4;

    private static readonly int s_threads = Math.Clamp(Environment.ProcessorCount, 1, 4);

    public static SpanBatch Find(EventView<SpanBatch> view, IReadOnlyCollection<TraceId> traces, SpanColumns columns, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var wanted = new HashSet<TraceId>(traces);
        var copier = new SpanCopier();
        var seen = new HashSet<EventKey>();
        foreach (var part in view.Head.Parts)
            Add(part.Batch, DeletedRows<SpanBatch>.Of(s_signal, view, part, view.Dropped.Head), wanted, copier, seen);
        foreach (var part in view.Sealing.Parts)
            Add(part.Batch, DeletedRows<SpanBatch>.Of(s_signal, view, part, view.Dropped.Sealing), wanted, copier, seen);
        var blocks = Blocks(view, wanted, warnings, cancellationToken);
        var filter = new TraceFilter(wanted, columns);
        var whole = new TraceFilter(wanted, columns) { NeedsBodies = true };
        for (var from = 0; from < blocks.Count; from += Together)
        {
            if (copier.Target.Count >= MaxSpans)
            {
                warnings.Add($"the traces asked for together have more than {MaxSpans} spans; the rest is left out");
                break;
            }
            var together = blocks.GetRange(from, Math.Min(Together, blocks.Count - from));
            var batches = Read(together, filter, whole, warnings, cancellationToken);
            for (var i = 0; i < batches.Length; i++)
            {
                if (batches[i] is not { } batch)
                    continue;
                Add(batch, together[i].Deleted, wanted, copier, seen);
                filter.Recycle(batch);
            }
        }
        return copier.Target;
    }

    // Newest segments first.
    private static List<WantedBlock> Blocks(EventView<SpanBatch> view, HashSet<TraceId> wanted, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var fingerprints = new List<ulong>(wanted.Count);
        foreach (var trace in wanted)
            fingerprints.Add(SpanSignal.Fingerprint(trace));
        fingerprints.Sort();
        var found = new List<WantedBlock>();
        for (var i = view.Segments.Length - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var segment = view.Segments[i];
            var blocks = new HashSet<int>();
            segment.FindTraces(fingerprints, blocks, warnings);
            var deleted = DeletedRows<SpanBatch>.Of(s_signal, view, segment);
            foreach (var block in blocks)
            {
                if (block < segment.Blocks.Count)
                    found.Add(new WantedBlock(segment, segment.Blocks[block], deleted));
            }
        }
        return found;
    }

    private static SpanBatch?[] Read(List<WantedBlock> blocks, TraceFilter filter, TraceFilter whole, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var batches = new SpanBatch?[blocks.Count];
        var threads = blocks.Count < WorthSharing ? 1 : s_threads;
        var found = new List<string>();
        Parallel.For(0, blocks.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
        {
            var own = new List<string>();
            batches[i] = blocks[i].Segment.ReadBlock(blocks[i].Block, blocks[i].Deleted?.ReadsBodies == true ? whole : filter, own);
            if (own.Count == 0)
                return;
            lock (found)
                found.AddRange(own);
        });
        foreach (var warning in found)
            warnings.Add(warning);
        return batches;
    }

    private static void Add(SpanBatch batch, DeletedRows<SpanBatch>? deleted, HashSet<TraceId> wanted, SpanCopier copier, HashSet<EventKey> seen)
    {
        deleted?.Begin(batch);
        for (var row = 0; row < batch.Count; row++)
        {
            ref readonly var span = ref batch.Spans.Span[row];
            if (wanted.Contains(span.TraceId) && deleted?.Has(s_signal, batch, row) != true && seen.Add(s_signal.Key(batch, row)))
                copier.Copy(batch, row);
        }
    }

    private readonly record struct WantedBlock(EventSegment<SpanBatch> Segment, BlockEntry Block, DeletedRows<SpanBatch>? Deleted);
}
