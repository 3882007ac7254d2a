using Bongsu.Query;
using Bongsu.Query.PromQL;

namespace Bongsu.Response.Slos;

/// <summary>
/// Counts bad and all events of an objective's windows through PromQL. Long windows move slowly: they are counted again only after 1/120 of their
/// length, at most a minute. Those over an hour are counted whole only now and then, and between those times from where the last whole count
/// ended. One evaluation at a time.
/// </summary>
internal sealed class SloEvaluator(PromQlEngine engine, FindSliSource findSource, TimeSpan interval)
{
    // What a reader of budgets waits at most, and in the short intervals of a demonstration less.
    private const double MaxRefreshMs = 60_000;
    private const double MaxWholeMs = 600_000;

    private readonly Dictionary<(string Slo, TimeSpan Window), KeptCount> _counted = [];

    public async ValueTask<SloMeasure> MeasureAsync(SloSpec slo, IReadOnlyList<BurnPair> pairs, long nowMs, CancellationToken cancellationToken)
    {
        var windows = new Dictionary<TimeSpan, WindowCount?>();
        var source = slo.Sli is Sli.Events events ? SliSource.Of(events) : await findSource(slo, nowMs, cancellationToken);
        if (source is null)
            return new SloMeasure(nowMs, windows, null, null);
        foreach (var window in pairs.SelectMany(p => new[] { p.Short, p.Long }).Append(slo.Window).Distinct())
        {
            var (count, failure) = await CountAsync(slo.Id, source, window, nowMs, cancellationToken);
            if (failure is not null)
                return new SloMeasure(nowMs, windows, source, failure.Message);
            windows[window] = count;
        }
        return new SloMeasure(nowMs, windows, source, null);
    }

    /// <summary>Counts events of one window, now.</summary>
    public async ValueTask<(WindowCount? Count, QueryFailure? Failure)> CountNowAsync(SliSource source, TimeSpan window, long nowMs, CancellationToken cancellationToken)
    {
        var windowMs = (long)window.TotalMilliseconds;
        var (total, failure) = await NumberAsync(source.Total(windowMs), nowMs, cancellationToken);
        if (total is null)
            return (null, failure);
        (var bad, failure) = await NumberAsync(source.Bad(windowMs), nowMs, cancellationToken);
        return failure is not null ? (null, failure) : (new WindowCount(Math.Max(0, bad ?? 0), Math.Max(0, total.Value)), null);
    }

    /// <summary>Forgets what was counted for objectives that are gone.</summary>
    public void Keep(IReadOnlySet<string> slos)
    {
        foreach (var key in _counted.Keys.Where(k => !slos.Contains(k.Slo)).ToList())
            _counted.Remove(key);
    }

    private async ValueTask<(WindowCount? Count, QueryFailure? Failure)> CountAsync(string slo, SliSource source, TimeSpan window, long nowMs, CancellationToken cancellationToken)
    {
        var query = source.Total((long)window.TotalMilliseconds);
        if (!_counted.TryGetValue((slo, window), out var known) || known.Query != query || nowMs < known.AtMs)
            known = null;
        if (known is not null && nowMs - known.AtMs < RefreshMs(window))
            return (known.Count, null);
        if (known is not null && nowMs - known.WholeAtMs < WholeMs(window))
        {
            var (since, broken) = await CountNowAsync(source, TimeSpan.FromMilliseconds(nowMs - known.WholeAtMs), nowMs, cancellationToken);
            if (broken is null)
                _counted[(slo, window)] = known = known with { AtMs = nowMs, Count = known.Whole.Plus(since ?? default) };
            return (broken is null ? known.Count : null, broken);
        }
        var (count, failure) = await CountNowAsync(source, window, nowMs, cancellationToken);
        if (failure is null && count is { } whole)
            _counted[(slo, window)] = new KeptCount(nowMs, nowMs, query, whole, whole);
        return (count, failure);
    }

    private double RefreshMs(TimeSpan window) =>
        Math.Clamp(window.TotalMilliseconds / 120, interval.TotalMilliseconds / 2, Math.Min(MaxRefreshMs, Math.Max(3 * interval.TotalMilliseconds, 1)));

    /// <summary>How long a whole count is built upon: what leaves the window meanwhile is still counted, so it must stay under 1 % of it.</summary>
    private static double WholeMs(TimeSpan window) => window <= TimeSpan.FromHours(1) ? 0 : Math.Min(MaxWholeMs, window.TotalMilliseconds / 100);

    private async ValueTask<(double? Value, QueryFailure? Failure)> NumberAsync(string query, long nowMs, CancellationToken cancellationToken)
    {
        var answer = await engine.InstantAsync(query, nowMs, cancellationToken);
        if (answer.Failure is not null)
            return (null, answer.Failure);
        double? value = answer.Value switch
        {
            PromScalar scalar => scalar.Point.Value,
            PromVector { Samples.Count: 1 } vector => vector.Samples[0].Point.Value,
            PromVector { Samples.Count: 0 } => null,
            PromVector many => many.Samples.Sum(s => s.Point.Value),
            _ => null,
        };
        return (value is { } number && double.IsFinite(number) ? number : null, null);
    }
}
