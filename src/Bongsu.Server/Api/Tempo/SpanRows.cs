using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Rows of a batch, by number. Pure.</summary>
internal static class SpanRows
{
    public static List<int> All(SpanBatch batch) => [.. Enumerable.Range(0, batch.Count)];

    public static Dictionary<TraceId, List<int>> ByTrace(SpanBatch batch)
    {
        var rows = new Dictionary<TraceId, List<int>>();
        for (var row = 0; row < batch.Count; row++)
        {
            var id = batch.Spans[row].TraceId;
            if (!rows.TryGetValue(id, out var list))
                rows[id] = list = [];
            list.Add(row);
        }
        return rows;
    }

    /// <summary>Whether any span runs within [startNanos, endNanos).</summary>
    public static bool AnyWithin(SpanBatch batch, long startNanos, long endNanos)
    {
        foreach (ref readonly var span in batch.Spans.Span)
        {
            if (span.StartUnixNano < endNanos && span.StartUnixNano + span.DurationNanos >= startNanos)
                return true;
        }
        return false;
    }
}
