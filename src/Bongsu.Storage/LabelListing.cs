using System.Text;
using Bongsu.Storage.Blocks;
using Bongsu.Storage.Head;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage;

/// <summary>Distinct label names and values of a selection, ascending: from the postings, or where something was deleted or is damaged from the series themselves.</summary>
internal static class LabelListing
{
    public static IReadOnlyList<string> Names(MetricStore store, SeriesSelect select, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        if (!TryList(store.View, select, (block, bits) => BlockPostings.TryAddNames(block, bits, names), (table, bits) => AddNames(table, bits, names)))
            AddNames(store, select, names, cancellationToken);
        return Sorted(names);
    }

    public static IReadOnlyList<string> Values(MetricStore store, string name, SeriesSelect select, CancellationToken cancellationToken)
    {
        var values = new HashSet<string>();
        var utf8 = Encoding.UTF8.GetBytes(name);
        if (!TryList(store.View, select, (block, bits) => BlockPostings.TryAddValues(block, utf8, bits, values), (table, bits) => AddValues(table, utf8, bits, values)))
            AddValues(store, name, select, values, cancellationToken);
        return Sorted(values);
    }

    // False when the postings do not tell, or not all.
    private static bool TryList(MetricView view, SeriesSelect select, Func<MetricBlock, ulong[]?, bool> addBlock, Action<SeriesTable, ulong[]> addHead)
    {
        if (view.Deletions.Length > 0)
            return false;
        // Where samples are dropped, rollups tell what series there were.
        foreach (var block in (MetricBlock[])[.. view.Blocks, .. Array.FindAll(view.Rollups, rollup => rollup.MinTimeMs < view.RawFromMs)])
        {
            if (block.MinTimeMs > select.ToMs || block.MaxTimeMs < select.FromMs)
                continue;
            // Only a block that lies within the time as a whole has all its series there.
            if (!block.HasPostings || block.MinTimeMs < select.FromMs || block.MaxTimeMs > select.ToMs)
                return false;
            var bits = select.Matchers.Count == 0 ? null : BlockPostings.Select(block, select.Matchers, block.SeriesCount);
            if ((bits is null && select.Matchers.Count > 0) || !addBlock(block, bits))
                return false;
        }
        foreach (var head in (MetricHead[])[.. view.Sealing, .. view.Heads])
        {
            if (head.MinMs > select.ToMs || head.MaxMs < select.FromMs)
                continue;
            var bits = head.Table.Select(select.Matchers);
            head.KeepActive(bits, select.FromMs, select.ToMs);
            addHead(head.Table, bits);
        }
        return true;
    }

    private static void AddNames(SeriesTable table, ulong[] bits, HashSet<string> into) => table.Read((index, _) =>
    {
        foreach (var (name, values) in index.Names)
        {
            var text = Encoding.UTF8.GetString(name);
            if (into.Contains(text))
                continue;
            foreach (var ids in values.Postings.Values)
            {
                if (!ids.Intersects(bits))
                    continue;
                into.Add(text);
                break;
            }
        }
        return true;
    });

    private static void AddValues(SeriesTable table, byte[] name, ulong[] bits, HashSet<string> into) => table.Read((index, _) =>
    {
        foreach (var (value, ids) in index.Values(name)?.Postings ?? [])
        {
            if (ids.Intersects(bits))
                into.Add(Encoding.UTF8.GetString(value));
        }
        return true;
    });

    private static void AddNames(MetricStore store, SeriesSelect select, HashSet<string> into, CancellationToken cancellationToken)
    {
        using var selection = store.Select(select, cancellationToken);
        for (var i = 0; i < selection.Count; i++)
        {
            foreach (var label in selection.Labels(i))
                into.Add(Encoding.UTF8.GetString(label.Name));
        }
    }

    private static void AddValues(MetricStore store, string name, SeriesSelect select, HashSet<string> into, CancellationToken cancellationToken)
    {
        using var selection = store.Select(select, cancellationToken);
        for (var i = 0; i < selection.Count; i++)
        {
            if (selection.Labels(i).Get(name) is { } value)
                into.Add(value);
        }
    }

    private static List<string> Sorted(HashSet<string> texts)
    {
        var sorted = new List<string>(texts);
        sorted.Sort(StringComparer.Ordinal);
        return sorted;
    }
}
