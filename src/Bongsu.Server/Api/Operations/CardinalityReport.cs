using Bongsu.Ingest;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Operations;

/// <summary>What the active series consist of and which budgets they use up: the store's counts and the ingest's budgets, side by side. Lists have the largest first.</summary>
internal sealed record CardinalityReport(long Series, long Limit, long Chunks, IReadOnlyList<CardinalityReport.MetricRow> Metrics,
    IReadOnlyList<CardinalityReport.ServiceRow> Services, IReadOnlyList<CardinalityReport.LabelRow> Labels, IReadOnlyList<CardinalityReport.PairRow> Pairs)
{
    /// <param name="Limit">Of one service; new series of the metric beyond it are refused.</param>
    /// <param name="ExplodingLabel">The label with most new values, where the budget is near its end or series were refused.</param>
    internal sealed record MetricRow(string Metric, long Series, long NewLastHour, long Limit, long RefusedLastHour, string? ExplodingLabel, long ExplodingValues);

    internal sealed record ServiceRow(string Service, long Series, long Limit, long RefusedLastHour);

    internal sealed record LabelRow(string Label, long Values, long Bytes);

    internal sealed record PairRow(string Pair, long Series);

    public static CardinalityReport Of(MetricCardinality counts, SeriesBudgets budgets, long limitOfMetric)
    {
        var byMetric = budgets.Metrics.ToLookup(m => m.Metric, StringComparer.Ordinal);
        var bytes = counts.BytesByLabel.ToDictionary(l => l.Label, l => l.Bytes, StringComparer.Ordinal);
        // A refused series is not in the store: the metrics of the budgets are listed beside those of the store.
        var metrics = counts.SeriesByMetric.Select(m => m.Metric).Union(budgets.Metrics.Select(m => m.Metric), StringComparer.Ordinal);
        var stored = counts.SeriesByMetric.ToDictionary(m => m.Metric, StringComparer.Ordinal);
        return new CardinalityReport(counts.Series, budgets.Limit, counts.Chunks,
            [.. metrics.Select(m => Row(m, stored.TryGetValue(m, out var count) ? count : null, [.. byMetric[m]], limitOfMetric))
                .OrderByDescending(m => m.Series).ThenBy(m => m.Metric, StringComparer.Ordinal)],
            [.. budgets.Services.Select(s => new ServiceRow(s.Service, s.Active, s.Limit, s.RefusedLastHour)).OrderByDescending(s => s.Series)],
            [.. counts.ValuesByLabel.Select(l => new LabelRow(l.Label, l.Values, bytes.GetValueOrDefault(l.Label)))],
            [.. counts.SeriesByPair.Select(p => new PairRow(p.Pair, p.Series))]);
    }

    private static MetricRow Row(string metric, (string Metric, long Series, long NewLastHour)? stored, List<MetricBudget> budgets, long limit)
    {
        var worst = budgets.Where(b => b.State != BudgetState.Within).MaxBy(b => (b.RefusedLastHour, b.Active));
        var exploding = worst?.Labels is [var first, ..] ? first : null;
        return new MetricRow(metric, stored?.Series ?? budgets.Sum(b => b.Active), Math.Max(stored?.NewLastHour ?? 0, budgets.Sum(b => b.NewLastHour)), limit,
            budgets.Sum(b => b.RefusedLastHour), exploding?.Label, exploding?.Values ?? 0);
    }
}
