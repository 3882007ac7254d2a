using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>A store in which something happens while it is asked.</summary>
internal sealed class SlowStore(MemoryStore inner, Action onSelect) : ITelemetryStore, IMetricStore
{
    public StoreCapabilities Capabilities { get; init; } = inner.Capabilities;
    public string? Warning { get; init; }
    public Action? OnRead { get; init; }

    /// <summary>How series are selected.</summary>
    public Func<SeriesSelect, CancellationToken, ValueTask<ISeriesSelection>> Selects { get; init; } = inner.SelectAsync;

    public IMetricStore Metrics => this;
    public ILogStore Logs => inner;
    public ISpanStore Spans => inner;
    public StoreStatus Status => inner.Status;

    public async ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        onSelect();
        return new Selection(await Selects(select, cancellationToken), Warning, OnRead);
    }

    public ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken) => inner.AppendAsync(batch, cancellationToken);

    public ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        inner.LabelNamesAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken) =>
        inner.LabelValuesAsync(name, select, cancellationToken);

    public ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        inner.ExemplarsAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken) => inner.MetadataAsync(cancellationToken);

    public ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken) => inner.CardinalityAsync(top, cancellationToken);

    public ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken) => inner.DeleteAsync(select, cancellationToken);

    public ValueTask CleanTombstonesAsync(CancellationToken cancellationToken) => inner.CleanTombstonesAsync(cancellationToken);

    public ValueTask<string> SnapshotAsync(CancellationToken cancellationToken) => inner.SnapshotAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Selection(ISeriesSelection selection, string? warning, Action? onRead) : ISeriesSelection
    {
        public int Count => selection.Count;
        public IReadOnlyList<string> Warnings => warning is null ? selection.Warnings : [warning, .. selection.Warnings];
        public long RawFromMs => selection.RawFromMs;
        public LabelSet Labels(int series) => selection.Labels(series);
        public ISeriesReader OpenReader() => new Reader(selection.OpenReader(), onRead);
        public void Dispose() => selection.Dispose();
    }

    private sealed class Reader(ISeriesReader reader, Action? onRead) : ISeriesReader
    {
        public void Read(int series, SampleColumns into)
        {
            onRead?.Invoke();
            reader.Read(series, into);
        }

        public bool TryReadRuns(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into)
        {
            onRead?.Invoke();
            return reader.TryReadRuns(series, cutsMs, figures, into);
        }

        public void Dispose() => reader.Dispose();
    }
}
