using System.Globalization;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Traces;

/// <summary>
/// What is wrong with single spans of a trace as it was recorded, and where a parent has to be left out so that the spans form a tree. Linear in the
/// spans but for the ordering of siblings. Immutable.
/// </summary>
public sealed class SpanWarnings
{
    private readonly Dictionary<int, List<string>> _warnings = [];
    private readonly HashSet<int> _cuts = [];

    /// <summary>One sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Of(int row) => _warnings.TryGetValue(row, out var warnings) ? warnings : [];

    /// <summary>Whether the parent of a span is among its own descendants, and this is the place where the circle is cut.</summary>
    public bool IsCut(int row) => _cuts.Contains(row);

    /// <summary>Of those rows of a batch that are of one trace.</summary>
    public static SpanWarnings Find(SpanBatch batch, IReadOnlyList<int> rowsOfTrace)
    {
        var found = new SpanWarnings();
        var tree = new SpanTree(batch, rowsOfTrace);
        var ids = new HashSet<SpanId>(tree.Count);
        var first = new HashSet<int>(tree.Count);
        for (var i = 0; i < tree.Count; i++)
        {
            ids.Add(tree[i].SpanId);
            first.Add(tree.Row(i));
            found.CheckPlace(tree, i);
        }
        foreach (var row in rowsOfTrace)
        {
            var span = batch.Spans[row];
            if (!first.Contains(row))
                found.Add(row, $"Another span of the trace has the id {span.SpanId}.");
            if (!span.ParentSpanId.IsEmpty && !ids.Contains(span.ParentSpanId))
                found.Add(row, $"The parent {span.ParentSpanId} is not in the trace; it was not sent, was sampled away, or is still to come.");
            if (span.EndUnixNano < span.StartUnixNano)
                found.Add(row, $"The end lies {Milliseconds(span.StartUnixNano - span.EndUnixNano)} before the start; the duration is taken as zero.");
        }
        return found;
    }

    private void CheckPlace(SpanTree tree, int index)
    {
        var row = tree.Row(index);
        var parent = tree.Parent(index);
        if (tree.IsCut(index))
        {
            _cuts.Add(row);
            Add(row, $"The parent {tree[index].ParentSpanId} is a descendant of this span; the circle is cut here.");
        }
        if (parent >= 0 && tree[parent].Resource != tree[index].Resource && tree[parent].StartUnixNano > tree[index].StartUnixNano)
            Add(row, $"Clocks disagree: this span starts {Milliseconds(tree[parent].StartUnixNano - tree[index].StartUnixNano)} before its parent on another host. Times are shown as sent.");
    }

    private void Add(int row, string warning)
    {
        if (!_warnings.TryGetValue(row, out var warnings))
            _warnings[row] = warnings = [];
        warnings.Add(warning);
    }

    private static string Milliseconds(long nanos) => (nanos / 1e6).ToString("0.######", CultureInfo.InvariantCulture) + " ms";
}
