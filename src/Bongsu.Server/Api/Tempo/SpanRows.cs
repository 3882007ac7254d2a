using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Rows of a batch, by number. Pure.</summary>
internal static class SpanRows
{
    public static List<int> All(SpanBatch batch) => [.. Enumerable.Range(0, batch.Count)];

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
