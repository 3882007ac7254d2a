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
/// The series that a selection found. Valid until disposed; <see cref="Read"/> may be called for different series from several threads, each with a
/// buffer of its own.
/// </summary>
public interface ISeriesSelection : IDisposable
{
    int Count { get; }

    LabelSet Labels(int series);

    /// <summary>Appends the samples of one series within the selected time to the caller's buffer, ascending. May append none.</summary>
    void Read(int series, SampleColumns into);

    /// <summary>What was left out and why (a damaged block, a limit); empty when the answer is whole.</summary>
    IReadOnlyList<string> Warnings { get; }
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
}
