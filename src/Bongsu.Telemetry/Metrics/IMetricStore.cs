using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Telemetry.Metrics;

/// <summary>What to select: series that pass all matchers and may have samples in [FromMs, ToMs], both inclusive.</summary>
/// <param name="FromMs">Milliseconds since the epoch.</param>
/// <param name="ToMs">Milliseconds since the epoch.</param>
/// <param name="Matchers">All must pass.</param>
/// <param name="Hints">What the query will do; a store may ignore it.</param>
public sealed record SeriesSelect(long FromMs, long ToMs, IReadOnlyList<LabelMatcher> Matchers, SelectHints Hints = default);

/// <summary>Push-down that a store may ignore: evaluation step, range of the vector selector, and the function applied to it.</summary>
public readonly record struct SelectHints(long StepMs, long RangeMs, string? Function);

/// <summary>
/// The series that a selection found. Valid until disposed. Thread-safe; samples are read through readers, one for each thread.
/// </summary>
public interface ISeriesSelection : IDisposable
{
    int Count { get; }

    LabelSet Labels(int series);

    /// <summary>A reader for the calling thread; dispose it before the selection.</summary>
    ISeriesReader OpenReader();

    /// <summary>What was left out and why (a damaged block, a limit); empty when the answer is whole.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Of samples before this time, ms since the epoch, only the rollups are kept for at least one series: <see cref="ISeriesReader.Read"/> gives the first
    /// and the last sample of each rollup, and <see cref="ISeriesReader.TryReadRuns"/> gives what all of them come to. <see cref="long.MinValue"/> when all
    /// samples in the selected time are kept as they came.
    /// </summary>
    long RawFromMs { get; }
}

/// <summary>Reads the samples of a selection. Not thread-safe; cheapest when the series are asked for in ascending order.</summary>
public interface ISeriesReader : IDisposable
{
    /// <summary>Appends the samples of one series within the selected time to the caller's buffer, ascending. May append none.</summary>
    void Read(int series, SampleColumns into);

    /// <summary>
    /// Appends the floats of one series within the selected time folded into runs, ascending: as few as the store has them, which may spare it the samples.
    /// No run lies on both sides of a cut; a sample at a cut belongs to the run before it. Where only rollups are left, one that lies on both sides of a cut
    /// counts for the side that its last sample is on, and the selection's warnings say so.
    /// </summary>
    /// <param name="series">Number of the series.</param>
    /// <param name="cutsMs">Ascending, ms since the epoch.</param>
    /// <param name="figures">What the caller will look at.</param>
    /// <param name="into">The caller's buffer.</param>
    /// <returns>False, with nothing appended, when the series has histograms in the time: only its samples tell.</returns>
    bool TryReadRuns(int series, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into);
}

/// <summary>The metric half of a telemetry store. Thread-safe.</summary>
public interface IMetricStore
{
    /// <summary>
    /// Appends a batch; completes when it is durable. Samples of any order within retention are taken; a repeat of a stored sample is accepted and
    /// changes nothing; another value at a stored time replaces it. Refusals are counted with their reason. The batch is the caller's again afterwards.
    /// </summary>
    ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken);

    ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken);

    /// <summary>Distinct label names of matching series in the time, ascending.</summary>
    ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken);

    /// <summary>Distinct values of one label of matching series in the time, ascending.</summary>
    ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken);

    ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken);

    /// <summary>What takes part in the series that are active now, the largest first; must stay cheap while new series storm in.</summary>
    /// <param name="top">Most entries of each list.</param>
    /// <param name="cancellationToken">Ends the count.</param>
    ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the samples of matching series in [FromMs, ToMs]: durable, and in no answer any more, when it completes. The disk space comes back later
    /// (see <see cref="CleanTombstonesAsync"/>). Only of a store with <see cref="StoreCapabilities.Deletion"/>.
    /// </summary>
    ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken);

    /// <summary>Rewrites what holds deleted samples, so that they are gone from the disk. Only of a store with <see cref="StoreCapabilities.Deletion"/>.</summary>
    ValueTask CleanTombstonesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes all metrics of this moment as a data directory of their own, durable, beneath the store's, and returns its path. Only of a store with
    /// <see cref="StoreCapabilities.Snapshots"/>.
    /// </summary>
    ValueTask<string> SnapshotAsync(CancellationToken cancellationToken);
}
