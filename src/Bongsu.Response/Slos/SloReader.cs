using Bongsu.Query.PromQL;
using Bongsu.Response.Alerting;
using Bongsu.Response.Configuration;
using Bongsu.Response.Incidents;
using Bongsu.Response.Services;

namespace Bongsu.Response.Slos;

/// <summary>An objective with its burn over time, one series for each window of its pages, and its indicator.</summary>
public sealed record SloDetail(SloRow Row, IReadOnlyList<TimeSeries> Burn, TimeSeries SliSeries);

/// <summary>Answers questions about objectives. Thread-safe.</summary>
public sealed class SloReader
{
    private const int Steps = 240;

    private readonly Func<ResponseDefinitions> _definitions;
    private readonly Evaluator _evaluator;
    private readonly SloEvaluator _counter;
    private readonly PromQlEngine _engine;

    internal SloReader(Func<ResponseDefinitions> definitions, Evaluator evaluator, SloEvaluator counter, PromQlEngine engine)
    {
        (_definitions, _evaluator, _counter, _engine) = (definitions, evaluator, counter, engine);
    }

    /// <summary>Least budget left first; those without data last.</summary>
    public IReadOnlyList<SloRow> All
    {
        get
        {
            var definitions = _definitions();
            return [.. definitions.Slos.Select(s => Row(s, definitions)).OrderBy(r => r.BudgetLeft ?? double.MaxValue).ThenBy(r => r.Id, StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<SloRow> OfService(string service) => [.. All.Where(s => s.Service == service)];

    /// <summary>Null when there is no such objective.</summary>
    public async Task<SloDetail?> DetailAsync(string id, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var definitions = _definitions();
        if (definitions.Slos.FirstOrDefault(s => s.Id == id) is not { } slo)
            return null;
        var status = StatusOf(slo, definitions);
        var burn = new List<TimeSeries>();
        foreach (var window in status.Pairs.Where(p => p.Severity == "page").Take(1).SelectMany(p => new[] { p.Short, p.Long }))
            burn.Add(await SeriesReader.OneAsync(_engine, DurationText.Format(window), SloAlerts.BurnQuery(slo, status.Measure?.Source, window), fromMs, toMs, Steps, cancellationToken));
        var shortest = status.Pairs.Count > 0 ? status.Pairs[0].Short : TimeSpan.FromMinutes(5);
        var sli = status.Measure?.Source is { } source ? $"1 - ({source.Ratio((long)shortest.TotalMilliseconds)})" : "";
        return new SloDetail(Row(slo, definitions), burn, await SeriesReader.OneAsync(_engine, slo.Name, sli, fromMs, toMs, Steps, cancellationToken));
    }

    /// <summary>The ratio of bad events, for an incident's chart; null when the objective is gone or cannot be measured.</summary>
    internal async Task<TimeSeries?> RatioAsync(string id, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        if (!_evaluator.SloStatuses.TryGetValue(id, out var status) || status.Measure?.Source is not { } source || status.Pairs.Count == 0)
            return null;
        return await SeriesReader.OneAsync(_engine, status.Slo.Service, source.Ratio((long)status.Pairs[0].Short.TotalMilliseconds), fromMs, toMs, Steps, cancellationToken);
    }

    /// <summary>The cost since a time, in events and as a share of the objective's budget.</summary>
    internal async Task<Impact?> ImpactAsync(string id, long sinceMs, long nowMs, CancellationToken cancellationToken)
    {
        if (!_evaluator.SloStatuses.TryGetValue(id, out var status) || status.Measure?.Source is not { } source)
            return null;
        var windowMs = Math.Max(1000, (nowMs - sinceMs) / 1000 * 1000);
        var (count, _) = await _counter.CountNowAsync(source, TimeSpan.FromMilliseconds(windowMs), nowMs, cancellationToken);
        if (count is not { } events)
            return null;
        // The period was counted some seconds earlier; it holds at least these events.
        double? spent = status.Measure.In(status.Slo.Window) is { Total: > 0 } period ? events.Bad / (Math.Max(period.Total, events.Total) * status.Slo.ErrorBudget) : null;
        return new Impact(Math.Round(events.Bad), Math.Round(events.Total), events.Total > 0 ? events.Ratio : null, sinceMs, spent, source.Bad(windowMs));
    }

    private SloRow Row(SloSpec slo, ResponseDefinitions definitions) => SloRow.Of(StatusOf(slo, definitions), definitions.OwnerOf(slo), definitions.RunbookOf(slo));

    private SloStatus StatusOf(SloSpec slo, ResponseDefinitions definitions)
    {
        if (_evaluator.SloStatuses.TryGetValue(slo.Id, out var status))
            return status;
        var profile = definitions.ProfileOf(slo);
        var (pairs, warnings) = SloDecision.Reachable(profile, slo.Objective);
        return new SloStatus(slo, profile, pairs, warnings, null, null);
    }
}
