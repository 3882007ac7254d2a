using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Tests.Receive;

/// <summary>A store that refuses every append for one reason, until it is open to metrics; it may keep logs meanwhile.</summary>
internal sealed class RefusingStore(ITelemetryStore inner, RejectReason reason) : ITelemetryStore, IMetricStore, ILogStore, ISpanStore
{
    public bool IsOpen { get; set; }

    /// <summary>What is answered to metrics instead of refusing all.</summary>
    public AppendResult? Taken { get; init; }

    public bool KeepsLogs { get; init; }

    /// <summary>So many appends of logs fail once they are stored, as when the answer of a disk is lost.</summary>
    public int LostAnswers { get; set; }

    public StoreCapabilities Capabilities => inner.Capabilities;
    public IMetricStore Metrics => this;
    public ILogStore Logs => this;
    public ISpanStore Spans => this;
    public StoreStatus Status => inner.Status;

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken) =>
        IsOpen ? inner.Metrics.AppendAsync(batch, cancellationToken) : Taken is { } taken ? ValueTask.FromResult(taken) : Refuse(batch.Count);

    public async ValueTask<AppendResult> AppendAsync(LogBatch batch, CancellationToken cancellationToken)
    {
        if (!KeepsLogs)
            return await Refuse(batch.Count);
        var result = await inner.Logs.AppendAsync(batch, cancellationToken);
        return LostAnswers-- > 0 ? throw new IOException("no answer") : result;
    }

    public ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken) => Refuse(batch.Count);

    public ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken) => inner.Metrics.SelectAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken) => inner.Metrics.LabelNamesAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken) => inner.Metrics.LabelValuesAsync(name, select, cancellationToken);

    public ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        inner.Metrics.ExemplarsAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken) => inner.Metrics.MetadataAsync(cancellationToken);

    public ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken) => inner.Metrics.CardinalityAsync(top, cancellationToken);

    public ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken) => inner.Metrics.DeleteAsync(select, cancellationToken);

    public ValueTask CleanTombstonesAsync(CancellationToken cancellationToken) => inner.Metrics.CleanTombstonesAsync(cancellationToken);

    public ValueTask<string> SnapshotAsync(CancellationToken cancellationToken) => inner.Metrics.SnapshotAsync(cancellationToken);

    public IAsyncEnumerable<LogBatch> SelectAsync(LogSelect select, ICollection<string> warnings, CancellationToken cancellationToken) => inner.Logs.SelectAsync(select, warnings, cancellationToken);

    public ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(LogSelect select, CancellationToken cancellationToken) => inner.Logs.StreamsAsync(select, cancellationToken);

    public IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, CancellationToken cancellationToken) => inner.Spans.SelectAsync(select, warnings, cancellationToken);

    public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken) =>
        inner.Spans.TracesAsync(traces, warnings, cancellationToken);

    public ValueTask DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken) => inner.Logs.DeleteAsync(deletion, cancellationToken);

    public ValueTask<IReadOnlyList<LogDeletion>> DeletionsAsync(CancellationToken cancellationToken) => inner.Logs.DeletionsAsync(cancellationToken);

    public ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken) => inner.Spans.DeleteAsync(deletion, cancellationToken);

    public ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken) => inner.Spans.SpanDeletionsAsync(cancellationToken);

    public ValueTask DropAsync(IReadOnlyCollection<TraceId> traces, TimeSpan within, CancellationToken cancellationToken) => inner.Spans.DropAsync(traces, within, cancellationToken);

    public ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken) => inner.Spans.DroppedAsync(cancellationToken);

    private ValueTask<AppendResult> Refuse(int count) => ValueTask.FromResult(new AppendResult(0, [new Rejection(reason, count, "full")]));
}
