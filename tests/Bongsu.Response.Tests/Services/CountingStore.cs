using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Services;

/// <summary>Counts how often a store is asked for series.</summary>
internal sealed class CountingStore(MemoryStore store) : ITelemetryStore, IMetricStore
{
    public int Selects { get; private set; }

    public StoreCapabilities Capabilities => store.Capabilities;
    public IMetricStore Metrics => this;
    public ILogStore Logs => store;
    public ISpanStore Spans => store;
    public StoreStatus Status => store.Status;

    public ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken) => store.AppendAsync(batch, cancellationToken);

    public ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        Selects++;
        return store.SelectAsync(select, cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken) => store.LabelNamesAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken) => store.LabelValuesAsync(name, select, cancellationToken);

    public ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken) => store.ExemplarsAsync(select, cancellationToken);

    public ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken) => store.MetadataAsync(cancellationToken);

    public ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken) => store.CardinalityAsync(top, cancellationToken);

    public ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken) => store.DeleteAsync(select, cancellationToken);

    public ValueTask CleanTombstonesAsync(CancellationToken cancellationToken) => store.CleanTombstonesAsync(cancellationToken);

    public ValueTask<string> SnapshotAsync(CancellationToken cancellationToken) => store.SnapshotAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
