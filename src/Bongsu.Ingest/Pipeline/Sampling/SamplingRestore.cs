using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// Takes up the traces of the last wait before a restart. When a span came in is taken to be when it ended: a trace whose wait or grace was over by the newest span
/// was decided, and what is left of it was kept; the others wait again. The store knows what was dropped.
/// </summary>
internal static class SamplingRestore
{
    // Decisions of the last moments may not have reached the store.
    private const long MarginNanos = 3_000_000_000;

    // 38 s of 20,000 spans a second, and more than is taken up of anything stranger.
    private const int MaxSpans = 1_000_000;

    private const int TracesAtOnce = 500;

    public static async Task RunAsync(ITelemetryStore store, TailSampler sampler, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var trace in await store.Spans.DroppedAsync(cancellationToken))
            sampler.Restore(trace, isKept: false);
        var tail = sampler.Plan.Tail!;
        var nowNanos = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var (traces, lastNanos) = await ReadAsync(store, tail, nowNanos, cancellationToken);
        var undecided = new List<TraceId>();
        foreach (var (trace, (firstNanos, rootNanos)) in traces)
        {
            var isDecided = (tail.RootGrace > TimeSpan.Zero && rootNanos < long.MaxValue && rootNanos + Nanos(tail.RootGrace) + MarginNanos <= lastNanos)
                || firstNanos + Nanos(tail.DecisionWait) + MarginNanos <= lastNanos;
            if (isDecided)
                sampler.Restore(trace, isKept: true);
            else
                undecided.Add(trace);
        }
        var ageMs = Math.Max(0, nowNanos - lastNanos) / 1_000_000 + (long)(tail.DecisionWait + tail.RootGrace).TotalMilliseconds + MarginNanos / 1_000_000;
        for (var from = 0; from < undecided.Count; from += TracesAtOnce)
        {
            var some = undecided.GetRange(from, Math.Min(TracesAtOnce, undecided.Count - from));
            sampler.Restore(await store.Spans.TracesAsync(some, [], cancellationToken), ageMs);
        }
    }

    private static async Task<(Dictionary<TraceId, (long FirstNanos, long RootNanos)> Traces, long LastNanos)> ReadAsync(ITelemetryStore store, TailPlan tail, long nowNanos,
        CancellationToken cancellationToken)
    {
        var traces = new Dictionary<TraceId, (long FirstNanos, long RootNanos)>();
        var (last, spans) = (long.MinValue, 0);
        var window = Nanos(tail.DecisionWait) + Nanos(tail.RootGrace) + MarginNanos;
        await foreach (var batch in store.Spans.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), [], cancellationToken))
        {
            var newest = long.MinValue;
            foreach (ref readonly var span in batch.Spans.Span)
            {
                var end = Math.Clamp(span.EndUnixNano, span.StartUnixNano, Math.Max(span.StartUnixNano, nowNanos));
                newest = Math.Max(newest, span.StartUnixNano);
                last = Math.Max(last, Math.Min(end, nowNanos));
                var (first, root) = traces.TryGetValue(span.TraceId, out var known) ? known : (long.MaxValue, long.MaxValue);
                traces[span.TraceId] = (Math.Min(first, end), span.ParentSpanId.IsEmpty ? Math.Min(root, end) : root);
            }
            spans += batch.Count;
            if (spans >= MaxSpans || newest < last - window)
                break;
        }
        return (traces, last);
    }

    private static long Nanos(TimeSpan time) => time.Ticks * 100;
}
