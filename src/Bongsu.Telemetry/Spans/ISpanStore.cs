using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Spans;

/// <summary>What to select: spans that start in [FromNanos, ToNanos). The rest are hints: a store may return more spans, never fewer.</summary>
/// <param name="FromNanos">First start time, ns since the epoch.</param>
/// <param name="ToNanos">First start time no longer wanted.</param>
/// <param name="ServiceName">Hint: exact service.name of every wanted span.</param>
/// <param name="Name">Hint: exact span name.</param>
/// <param name="MinDurationNanos">Hint: shortest duration.</param>
/// <param name="Status">Hint: status.</param>
/// <param name="Attributes">Hint: span or resource attributes with this exact text (as <see cref="AttributeTable.Text"/> gives it), or an array with it among its items.</param>
public sealed record SpanSelect(long FromNanos, long ToNanos, string? ServiceName = null, string? Name = null, long MinDurationNanos = 0,
    SpanStatus? Status = null, IReadOnlyList<KeyValuePair<string, string>>? Attributes = null)
{
    /// <summary>Hint: every wanted span fits one of these as well, whose own times and columns say nothing.</summary>
    public IReadOnlyList<SpanSelect>? AnyOf { get; init; }

    /// <summary>Hint: what is read of the spans.</summary>
    public SpanColumns Columns { get; init; } = SpanColumns.All;
}

/// <summary>The trace half of a telemetry store. Thread-safe.</summary>
public interface ISpanStore
{
    /// <summary>As <see cref="Metrics.IMetricStore.AppendAsync"/>. A span of the trace id, span id and start of a stored one is accepted, and stored once. What is not stored is marked
    /// as dropped in the batch.</summary>
    ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Batches from newest to oldest, roughly (order within a batch is not promised), produced as they are asked for. A batch is valid until the
    /// next one is asked for.
    /// </summary>
    IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes spans that are there: durable, and in no answer any more, when it completes. They leave the disk later, by themselves. Only of a store
    /// with <see cref="StoreCapabilities.SpanDeletion"/>.
    /// </summary>
    ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken);

    /// <summary>Deletions of which the disk still holds something, oldest first.</summary>
    ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken);

    /// <summary>All spans of some traces, over all time. An empty batch when there are none.</summary>
    ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken);

    /// <summary>As above; <paramref name="columns"/> is a hint what is read of the spans.</summary>
    ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, SpanColumns columns, ICollection<string> warnings, CancellationToken cancellationToken) =>
        TracesAsync(traces, warnings, cancellationToken);

    /// <summary>
    /// Drops traces: the spans that are there of them are in no answer any more, durably, when it completes. They leave the disk later, by themselves;
    /// what is appended of such a trace afterwards stays. Only of a store with <see cref="StoreCapabilities.TraceDrops"/>.
    /// </summary>
    /// <param name="traces">Those that are not there are passed over.</param>
    /// <param name="within">Hint: all their spans were appended within this time until now; older ones may stay.</param>
    /// <param name="cancellationToken">Before it has begun.</param>
    ValueTask DropAsync(IReadOnlyCollection<TraceId> traces, TimeSpan within, CancellationToken cancellationToken);

    /// <summary>Traces that were dropped, as far as the store still has something of them to hide: the latest, at least.</summary>
    ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken);
}
