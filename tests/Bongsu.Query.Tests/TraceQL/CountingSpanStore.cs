using System.Runtime.CompilerServices;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>
/// A store of traces of one span each, one a second, ten to a batch, that counts what is read of it. Batches come from the newest back, or from the
/// oldest on where a test asks for a store that keeps no order.
/// </summary>
internal sealed class CountingSpanStore(int traces, bool isOrdered = true) : ITelemetryStore, ISpanStore
{
    public const long SecondNanos = 1_000_000_000;
    private const int PerBatch = 10;

    public int BatchesRead { get; private set; }

    public int TracesFetched { get; private set; }

    public StoreCapabilities Capabilities => new(false, false, Spans: true, false, false, false, false);

    public IMetricStore Metrics => throw new NotSupportedException();

    public ILogStore Logs => throw new NotSupportedException();

    public ISpanStore Spans => this;

    public StoreStatus Status => throw new NotSupportedException();

    public ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var i = 0; i < traces / PerBatch; i++)
        {
            var first = (isOrdered ? traces / PerBatch - 1 - i : i) * PerBatch;
            if (first * SecondNanos >= select.ToNanos || (first + PerBatch) * SecondNanos <= select.FromNanos)
                continue;
            BatchesRead++;
            yield return Batch(Enumerable.Range(first, PerBatch).Where(n => n * SecondNanos >= select.FromNanos && n * SecondNanos < select.ToNanos));
        }
    }

    public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> ids, ICollection<string> warnings, CancellationToken cancellationToken)
    {
        TracesFetched += ids.Count;
        return ValueTask.FromResult(Batch(ids.Select(id => (int)id.Low)));
    }

    public ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DropAsync(IReadOnlyCollection<TraceId> ids, TimeSpan within, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static SpanBatch Batch(IEnumerable<int> numbers)
    {
        var batch = new SpanBatch();
        foreach (var number in numbers)
        {
            batch.Spans.Add(new Span
            {
                Resource = -1,
                Scope = -1,
                TraceId = new TraceId(1, (ulong)number),
                SpanId = new SpanId(1),
                Name = batch.Arena.Append(number % 7 == 0 ? "seventh" : "other"),
                StartUnixNano = number * SecondNanos,
                EndUnixNano = number * SecondNanos + 1,
            });
        }
        return batch;
    }
}
