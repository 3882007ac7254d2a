using Bongsu.Storage.Head;
using Bongsu.Storage.Rollups;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Blocks;

/// <summary>Finds the blocks and heads that hold something of a selection, and what of it.</summary>
internal static class PlaceFinder
{
    /// <param name="view">What there is.</param>
    /// <param name="select">What is asked for.</param>
    /// <param name="rollups">Likewise, as far as samples are dropped: there rollups are places, before all others.</param>
    /// <param name="warnings">What cannot be read.</param>
    /// <param name="cancellationToken">Asked once a block.</param>
    public static List<SelectionPlace> Find(MetricView view, SeriesSelect select, SeriesSelect rollups, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        var places = new List<SelectionPlace>();
        AddRollups(places, view, rollups, warnings);
        foreach (var block in view.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (block.MinTimeMs <= select.ToMs && block.MaxTimeMs >= select.FromMs)
                AddBlock(places, block, view.Deletions, select, warnings);
        }
        AddHeads(places, view.Sealing, select);
        AddHeads(places, view.Heads, select);
        return places;
    }

    /// <summary>The deletions that may concern a block.</summary>
    public static Deletion[] Concerning(Deletion[] deletions, MetricBlock block)
    {
        if (deletions.Length == 0)
            return deletions;
        var concerning = new List<Deletion>();
        foreach (var deletion in deletions)
        {
            if (block.Number <= deletion.ThroughBlock && block.MinTimeMs <= deletion.ToMs && block.MaxTimeMs >= deletion.FromMs)
                concerning.Add(deletion);
        }
        return [.. concerning];
    }

    private static void AddRollups(List<SelectionPlace> places, MetricView view, SeriesSelect select, ICollection<string> warnings)
    {
        foreach (var block in view.Rollups)
        {
            if (RollupPlaces.Overlaps(block, select) && RollupPlaces.Find(block, view.Deletions, select, warnings) is { } place)
                places.Add(place);
        }
    }

    private static void AddBlock(List<SelectionPlace> places, MetricBlock block, Deletion[] deletions, SeriesSelect select, ICollection<string> warnings)
    {
        var place = new SelectionPlace { Block = block, Deletions = Concerning(deletions, block) };
        var selected = block.Select(select.Matchers, warnings);
        place.Reserve(selected.Count);
        foreach (var series in selected)
        {
            if (block.PageOf(series, out var at, warnings) is not { } page || !HasSamples(page.Chunks(at), select.FromMs, select.ToMs))
                continue;
            var labels = page.Labels(at);
            if (place.Deletions.Length > 0 && Intervals.Of(place.Deletions, labels) is { Count: > 0 } deleted && !HasLeft(page.Chunks(at), deleted, select.FromMs, select.ToMs))
                continue;
            place.Ids.Add(series);
            place.Labels.Add(labels);
        }
        if (place.Ids.Count > 0)
            places.Add(place);
    }

    /// <summary>Whether a series has samples in [from, to], as far as its chunks tell.</summary>
    public static bool HasSamples(ReadOnlySpan<ChunkRef> chunks, long fromMs, long toMs)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.Kind != ChunkKind.StartTimes && chunk.Overlaps(fromMs, toMs))
                return true;
        }
        return false;
    }

    private static bool HasLeft(ReadOnlySpan<ChunkRef> chunks, List<(long FromMs, long ToMs)> deleted, long fromMs, long toMs)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.Kind != ChunkKind.StartTimes && chunk.Overlaps(fromMs, toMs) && !Intervals.Cover(deleted, Math.Max(chunk.MinMs, fromMs), Math.Min(chunk.MaxMs, toMs)))
                return true;
        }
        return false;
    }

    private static void AddHeads(List<SelectionPlace> places, MetricHead[] heads, SeriesSelect select)
    {
        SeriesTable? table = null;
        ulong[] matching = [];
        foreach (var head in heads)
        {
            if (head.MinMs > select.ToMs || head.MaxMs < select.FromMs)
                continue;
            // Heads mostly share their table: it is asked once.
            if (table != head.Table)
                (table, matching) = (head.Table, head.Table.Select(select.Matchers));
            var bits = (ulong[])matching.Clone();
            head.KeepActive(bits, select.FromMs, select.ToMs);
            var place = new SelectionPlace { Head = head };
            var ids = table.Sorted(bits);
            place.Reserve(ids.Length);
            foreach (var id in ids)
            {
                place.Ids.Add(id);
                place.Labels.Add(table.Labels(id));
            }
            if (place.Ids.Count > 0)
                places.Add(place);
        }
    }
}
