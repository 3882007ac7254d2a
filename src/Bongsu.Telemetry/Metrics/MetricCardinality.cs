namespace Bongsu.Telemetry.Metrics;

/// <summary>What the active series consist of, the largest first. Sizes in bytes, times in ms since the epoch.</summary>
/// <param name="Series">Active series.</param>
/// <param name="LabelPairs">Different pairs of label name and value.</param>
/// <param name="Chunks">Compressed runs of samples in memory.</param>
/// <param name="MinTimeMs">Of the samples in memory; 0 when there are none.</param>
/// <param name="MaxTimeMs">Of the samples in memory; 0 when there are none.</param>
/// <param name="SeriesByMetric">Active series by metric name, and how many of them began within the last hour.</param>
/// <param name="ValuesByLabel">Different values by label name.</param>
/// <param name="BytesByLabel">Bytes of the values, each counted once, by label name.</param>
/// <param name="SeriesByPair">Active series by <c>name=value</c>.</param>
public sealed record MetricCardinality(
    long Series,
    long LabelPairs,
    long Chunks,
    long MinTimeMs,
    long MaxTimeMs,
    IReadOnlyList<(string Metric, long Series, long NewLastHour)> SeriesByMetric,
    IReadOnlyList<(string Label, long Values)> ValuesByLabel,
    IReadOnlyList<(string Label, long Bytes)> BytesByLabel,
    IReadOnlyList<(string Pair, long Series)> SeriesByPair);
