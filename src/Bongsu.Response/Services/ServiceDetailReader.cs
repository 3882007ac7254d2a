using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Services;

/// <summary>Reads the page of one service. Charts are over time; tables are of the same last minutes as the list.</summary>
internal sealed class ServiceDetailReader(FigureReader reader, KnownService service, long fromMs, long toMs, long stepMs)
{
    private const int MaxRows = 100;
    private static readonly Dictionary<string, string> NoLabels = [];

    private readonly RedScope _scope = new(service.Name);
    private readonly long _windowMs = Math.Max(stepMs, 4 * Math.Max(service.IntervalMs, 1000));

    private readonly long _recentMs = service.RecentMs(fromMs, toMs);

    public async Task<ServiceDetail> ReadAsync(ServiceRow row)
    {
        var queries = service.Source is { } source ? new RedQueries(source) : null;
        return new ServiceDetail
        {
            Row = row,
            FromMs = fromMs,
            ToMs = toMs,
            StepMs = stepMs,
            Rate = await SeriesAsync("rate", queries?.Rate(_scope, _windowMs)).ConfigureAwait(false),
            ErrorRatio = await SeriesAsync("errorRatio", queries?.ErrorRatio(_scope, _windowMs)).ConfigureAwait(false),
            P50 = await SeriesAsync("p50", queries?.Quantile(_scope, 0.5, _windowMs)).ConfigureAwait(false),
            P95 = await SeriesAsync("p95", queries?.Quantile(_scope, 0.95, _windowMs)).ConfigureAwait(false),
            P99 = await SeriesAsync("p99", queries?.Quantile(_scope, 0.99, _windowMs)).ConfigureAwait(false),
            Routes = queries is null ? [] : await RoutesAsync(queries).ConfigureAwait(false),
            Dependencies = await new DependencyReader(reader, service.Name, toMs, _recentMs).ReadAsync().ConfigureAwait(false),
            Versions = queries is null ? [] : await SplitAsync(queries, LabelNames.ServiceVersion).ConfigureAwait(false),
            Instances = queries is null ? [] : await SplitAsync(queries, LabelNames.Instance).ConfigureAwait(false),
            ErrorsByClass = queries is null ? [] : await ErrorsAsync(queries).ConfigureAwait(false),
            Releases = [],
            Warnings = [],
        };
    }

    private async Task<TimeSeries> SeriesAsync(string name, string? query)
    {
        var times = new long[((toMs - fromMs) / stepMs) + 1];
        for (var i = 0; i < times.Length; i++)
            times[i] = fromMs + (i * stepMs);
        var series = await reader.RangeAsync(query, fromMs, toMs, stepMs).ConfigureAwait(false);
        return new TimeSeries(name, NoLabels, query ?? "", times, series is [var only] ? only.Values : FigureReader.Nothing(fromMs, toMs, stepMs));
    }

    private async Task<IReadOnlyList<RouteRow>> RoutesAsync(RedQueries queries)
    {
        var found = new List<(RedScope Scope, LabelSet Group, double Rate, double? Errors, double? P95, double? Busy)>();
        foreach (var split in queries.RouteSplits(service.Name))
        {
            var errors = await ByGroupAsync(queries.ErrorRatio(split, _recentMs)).ConfigureAwait(false);
            var p95 = await ByGroupAsync(queries.Quantile(split, 0.95, _recentMs)).ConfigureAwait(false);
            var busy = await ByGroupAsync(queries.Busy(split, _recentMs)).ConfigureAwait(false);
            foreach (var (group, rate) in await reader.SplitAsync(queries.Rate(split, _recentMs), toMs).ConfigureAwait(false))
            {
                if (!queries.IsOperation(split, group))
                    found.Add((RedQueries.Narrow(split, group), group, rate, Of(errors, group), Of(p95, group), Of(busy, group)));
            }
        }
        var whole = found.Sum(f => f.Busy ?? 0);
        return [.. found.OrderByDescending(f => f.Busy ?? 0).ThenByDescending(f => f.Rate).Take(MaxRows).Select(f => new RouteRow(
            queries.RouteOf(f.Group), queries.MethodOf(f.Group), new Figure(f.Rate, queries.Rate(f.Scope, _recentMs)),
            new Figure(f.Errors, queries.ErrorRatio(f.Scope, _recentMs) ?? ""), new Figure(f.P95, queries.Quantile(f.Scope, 0.95, _recentMs) ?? ""),
            whole > 0 ? f.Busy / whole : null))];
    }

    private async Task<IReadOnlyList<SplitRow>> SplitAsync(RedQueries queries, string label)
    {
        var split = new RedScope(service.Name) { By = [label] };
        var errors = await ByGroupAsync(queries.ErrorRatio(split, _recentMs)).ConfigureAwait(false);
        var p95 = await ByGroupAsync(queries.Quantile(split, 0.95, _recentMs)).ConfigureAwait(false);
        var rates = await ByGroupAsync(queries.Rate(split, _recentMs)).ConfigureAwait(false);
        var rows = new List<SplitRow>();
        // What was seen in the time but no longer is, such as the version before, is listed too, without figures.
        foreach (var series in service.Series.Where(s => s.Labels.Get(label) is { Length: > 0 }).GroupBy(s => s.Labels.Get(label)!, StringComparer.Ordinal))
        {
            var group = LabelSet.Of((label, series.Key));
            var scope = RedQueries.Narrow(split, group);
            rows.Add(new SplitRow(series.Key, new Figure(Of(rates, group), queries.Rate(scope, _recentMs)),
                new Figure(Of(errors, group), queries.ErrorRatio(scope, _recentMs) ?? ""),
                new Figure(Of(p95, group), queries.Quantile(scope, 0.95, _recentMs) ?? ""), series.Min(s => s.FirstMs)));
        }
        return [.. rows.OrderByDescending(r => r.FirstSeenMs).ThenBy(r => r.Value, StringComparer.Ordinal).Take(MaxRows)];
    }

    private async Task<IReadOnlyList<ErrorClassRow>> ErrorsAsync(RedQueries queries)
    {
        var split = new RedScope(service.Name) { By = queries.ErrorTypeSplit };
        if (split.By.Count == 0)
            return [];
        var rows = await reader.SplitAsync(queries.Errors(split, _recentMs), toMs).ConfigureAwait(false);
        return [.. rows.Where(r => r.Value > 0).OrderByDescending(r => r.Value).Take(MaxRows)
            .Select(r => new ErrorClassRow(queries.ErrorTypeOf(r.Group), new Figure(r.Value, queries.Errors(RedQueries.Narrow(split, r.Group), _recentMs)!)))];
    }

    private async Task<Dictionary<LabelSet, double>> ByGroupAsync(string? query) =>
        (await reader.SplitAsync(query, toMs).ConfigureAwait(false)).ToDictionary(v => v.Group, v => v.Value);

    private static double? Of(Dictionary<LabelSet, double> values, LabelSet group) => values.TryGetValue(group, out var value) ? value : null;
}
