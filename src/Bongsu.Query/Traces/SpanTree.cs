using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Traces;

/// <summary>
/// The spans of one trace as a forest: each span once, children by start time. Parents that are missing, or that would close a cycle, make their
/// span a top. Built in time linear in the spans but for the ordering of siblings.
/// </summary>
internal sealed class SpanTree
{
    private readonly SpanBatch _batch;
    private readonly int[] _rows;
    private readonly int[] _parents;
    private readonly List<int>?[] _children;
    private readonly HashSet<int> _cuts = [];

    public SpanTree(SpanBatch batch) : this(batch, [.. Enumerable.Range(0, batch.Count)])
    {
    }

    /// <summary>Of those rows of a batch that are of one trace.</summary>
    public SpanTree(SpanBatch batch, IReadOnlyList<int> rowsOfTrace)
    {
        _batch = batch;
        var byId = new Dictionary<SpanId, int>(rowsOfTrace.Count);
        var rows = new List<int>(rowsOfTrace.Count);
        foreach (var row in rowsOfTrace)
        {
            if (byId.TryAdd(batch.Spans[row].SpanId, rows.Count))
                rows.Add(row);
            else
                Duplicates++;
        }
        _rows = [.. rows];
        _parents = new int[_rows.Length];
        _children = new List<int>?[_rows.Length];
        for (var i = 0; i < _rows.Length; i++)
            _parents[i] = FindParent(i, byId);
        CutCycles();
        for (var i = 0; i < _rows.Length; i++)
        {
            if (_parents[i] < 0)
                Tops.Add(i);
            else
                (_children[_parents[i]] ??= []).Add(i);
        }
        Tops.Sort(ByStart);
        foreach (var children in _children)
            children?.Sort(ByStart);
    }

    public int Count => _rows.Length;

    /// <summary>Spans without a parent in the trace, earliest first.</summary>
    public List<int> Tops { get; } = [];

    public int Roots { get; private set; }
    public int Orphans { get; private set; }
    public int Duplicates { get; }
    public int Cycles => _cuts.Count;

    public ref readonly Span this[int index] => ref _batch.Spans.Span[_rows[index]];

    public int Row(int index) => _rows[index];

    /// <summary>Whether a circle was cut between a span and its parent.</summary>
    public bool IsCut(int index) => _cuts.Contains(index);

    public int Parent(int index) => _parents[index];

    public IReadOnlyList<int> Children(int index) => _children[index] ?? (IReadOnlyList<int>)[];

    private int ByStart(int left, int right) => this[left].StartUnixNano.CompareTo(this[right].StartUnixNano);

    private int FindParent(int index, Dictionary<SpanId, int> byId)
    {
        var parentId = this[index].ParentSpanId;
        if (parentId.IsEmpty)
        {
            Roots++;
            return -1;
        }
        if (byId.TryGetValue(parentId, out var parent))
            return parent;
        Orphans++;
        return -1;
    }

    // Walks up from every span and stops at what an earlier walk has seen; meeting its own trail is a cycle.
    private void CutCycles()
    {
        var walk = new int[_rows.Length];
        for (var i = 0; i < _rows.Length; i++)
        {
            var at = i;
            var last = -1;
            while (at >= 0 && walk[at] == 0)
            {
                walk[at] = i + 1;
                last = at;
                at = _parents[at];
            }
            if (at < 0 || walk[at] != i + 1)
                continue;
            _parents[last] = -1;
            _cuts.Add(last);
        }
    }
}
