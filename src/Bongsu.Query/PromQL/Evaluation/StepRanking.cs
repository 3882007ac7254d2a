using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// The best series of one group at each step, for topk and bottomk: a heap a step with the worst of the kept on top, so that most values cost one
/// comparison and no column outlives its turn. Equal values rank by labels. Not thread-safe.
/// </summary>
internal sealed class StepRanking(QueryContext context, int[] counts, bool descends)
{
    private readonly List<Entry>[] _heaps = Heaps(counts.Length);
    private readonly List<(LabelSet Labels, bool DropName)> _series = [];
    private long _held;

    public void Add(StepSeries series)
    {
        var number = _series.Count;
        var kept = 0;
        for (var step = 0; step < counts.Length; step++)
        {
            if (!series.HasFloat(step) || counts[step] == 0)
                continue;
            var entry = new Entry(series.Values[step], series.Labels, number);
            var heap = _heaps[step];
            if (heap.Count < counts[step])
                Push(heap, entry);
            else if (Compare(entry, heap[0]) < 0)
                Replace(heap, entry);
            else
                continue;
            kept++;
        }
        if (kept == 0)
            return;
        _series.Add((series.Labels, series.DropName));
        context.Hold(kept);
        _held += kept;
    }

    /// <summary>The kept values as series; of a single step in their order, the best first.</summary>
    public void Finish(TimeGrid grid, List<StepSeries> into)
    {
        var found = new StepSeries?[_series.Count];
        var order = new List<StepSeries>();
        for (var step = 0; step < counts.Length; step++)
        {
            if (grid.Count == 1)
                _heaps[step].Sort(Compare);
            foreach (var entry in _heaps[step])
            {
                if (found[entry.Series] is not { } series)
                {
                    found[entry.Series] = series = new StepSeries(entry.Labels, context.Rent(grid.Count)) { DropName = _series[entry.Series].DropName };
                    order.Add(series);
                }
                series.Values[step] = entry.Value;
            }
        }
        into.AddRange(order);
        context.Release(_held);
    }

    private int Compare(Entry a, Entry b)
    {
        var order = Sorting.Compare(a.Value, b.Value, descends);
        return order != 0 ? order : ResultBuilder.CompareLabels(a.Labels, b.Labels);
    }

    private void Push(List<Entry> heap, Entry entry)
    {
        heap.Add(entry);
        var at = heap.Count - 1;
        while (at > 0 && Compare(heap[(at - 1) / 2], entry) < 0)
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = entry;
    }

    private void Replace(List<Entry> heap, Entry entry)
    {
        var at = 0;
        while (true)
        {
            var child = 2 * at + 1;
            if (child >= heap.Count)
                break;
            if (child + 1 < heap.Count && Compare(heap[child], heap[child + 1]) < 0)
                child++;
            if (Compare(entry, heap[child]) >= 0)
                break;
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = entry;
    }

    private static List<Entry>[] Heaps(int steps)
    {
        var heaps = new List<Entry>[steps];
        for (var i = 0; i < steps; i++)
            heaps[i] = [];
        return heaps;
    }

    private readonly record struct Entry(double Value, LabelSet Labels, int Series);
}
