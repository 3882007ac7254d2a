using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Traces;

/// <summary>
/// Where each span of a trace stands: below which other, and what is odd about it. A duplicate stands below its parent as well, but is itself
/// nobody's parent, so following parents always ends. Linear in the spans but for the ordering of siblings. Immutable.
/// </summary>
public sealed class SpanPlaces
{
    private readonly Dictionary<int, int> _parents = [];
    private readonly Dictionary<int, SpanOddity> _oddities = [];

    /// <summary>The row of the parent, or -1.</summary>
    public int ParentRow(int row) => _parents.GetValueOrDefault(row, -1);

    public SpanOddity Oddity(int row) => _oddities.GetValueOrDefault(row);

    /// <summary>Of those rows of a batch that are of one trace.</summary>
    public static SpanPlaces Find(SpanBatch batch, IReadOnlyList<int> rowsOfTrace)
    {
        var places = new SpanPlaces();
        var tree = new SpanTree(batch, rowsOfTrace);
        var firsts = new Dictionary<SpanId, int>(tree.Count);
        for (var i = 0; i < tree.Count; i++)
        {
            firsts[tree[i].SpanId] = tree.Row(i);
            places.Place(tree, i);
        }
        foreach (var row in rowsOfTrace)
        {
            ref readonly var span = ref batch.Spans.Span[row];
            if (firsts[span.SpanId] != row)
            {
                places.Mark(row, SpanOddity.Duplicate);
                if (!span.ParentSpanId.IsEmpty && firsts.TryGetValue(span.ParentSpanId, out var parent))
                    places._parents[row] = parent;
            }
            if (!span.ParentSpanId.IsEmpty && !firsts.ContainsKey(span.ParentSpanId))
                places.Mark(row, SpanOddity.Orphan);
            if (span.EndUnixNano < span.StartUnixNano)
                places.Mark(row, SpanOddity.Backwards);
        }
        return places;
    }

    private void Place(SpanTree tree, int index)
    {
        var row = tree.Row(index);
        if (tree.IsCut(index))
            Mark(row, SpanOddity.Cut);
        var parent = tree.Parent(index);
        if (parent < 0)
            return;
        _parents[row] = tree.Row(parent);
        if (tree[parent].Resource != tree[index].Resource && tree[parent].StartUnixNano > tree[index].StartUnixNano)
            Mark(row, SpanOddity.Early);
    }

    private void Mark(int row, SpanOddity oddity) => _oddities[row] = Oddity(row) | oddity;
}
