using System.Globalization;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Traces;

/// <summary>
/// What is wrong with single spans of a trace as it was recorded, in words, and where a parent has to be left out so that the spans form a tree.
/// Immutable.
/// </summary>
public sealed class SpanWarnings
{
    private readonly Dictionary<int, List<string>> _warnings = [];
    private readonly SpanPlaces _places;

    private SpanWarnings(SpanPlaces places) => _places = places;

    /// <summary>One sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Of(int row) => _warnings.TryGetValue(row, out var warnings) ? warnings : [];

    /// <summary>Whether the parent of a span is among its own descendants, and this is the place where the circle is cut.</summary>
    public bool IsCut(int row) => _places.Oddity(row).HasFlag(SpanOddity.Cut);

    /// <summary>Of those rows of a batch that are of one trace.</summary>
    public static SpanWarnings Find(SpanBatch batch, IReadOnlyList<int> rowsOfTrace)
    {
        var found = new SpanWarnings(SpanPlaces.Find(batch, rowsOfTrace));
        foreach (var row in rowsOfTrace)
        {
            if (found._places.Oddity(row) is not SpanOddity.None and var oddity)
                found._warnings[row] = [.. Sentences(batch, row, found._places.ParentRow(row), oddity)];
        }
        return found;
    }

    private static IEnumerable<string> Sentences(SpanBatch batch, int row, int parent, SpanOddity oddity)
    {
        var span = batch.Spans[row];
        if (oddity.HasFlag(SpanOddity.Cut))
        {
            yield return span.ParentSpanId == span.SpanId
                ? "This span names itself as its parent; that is left out."
                : $"The parent {span.ParentSpanId} is a descendant of this span; the circle is cut here.";
        }
        if (oddity.HasFlag(SpanOddity.Early))
            yield return $"Clocks disagree: this span starts {Milliseconds(batch.Spans[parent].StartUnixNano - span.StartUnixNano)} before its parent on another host. Times are shown as sent.";
        if (oddity.HasFlag(SpanOddity.Duplicate))
            yield return $"Another span of the trace has the id {span.SpanId}.";
        if (oddity.HasFlag(SpanOddity.Orphan))
            yield return $"The parent {span.ParentSpanId} is not in the trace; it was not sent, was sampled away, or is still to come.";
        if (oddity.HasFlag(SpanOddity.Backwards))
            yield return $"The end lies {Milliseconds(span.StartUnixNano - span.EndUnixNano)} before the start; the duration is taken as zero.";
    }

    private static string Milliseconds(long nanos) => (nanos / 1e6).ToString("0.######", CultureInfo.InvariantCulture) + " ms";
}
