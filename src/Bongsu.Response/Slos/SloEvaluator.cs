using Bongsu.Query;
using Bongsu.Query.PromQL;

namespace Bongsu.Response.Slos;

/// <summary>
/// Counts bad and all events of an objective's windows through PromQL. Long windows move slowly and are counted again only after 1/360 of their
/// length (at most twelve evaluation intervals). One evaluation at a time.
/// </summary>
internal sealed class SloEvaluator(PromQlEngine engine, FindSliSource findSource, TimeSpan interval)
{
    private readonly Dictionary<(string Slo, TimeSpan Window), (long AtMs, string Query, WindowCount? Count)> _counted = [];

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
        if (_counted.TryGetValue((slo, window), out var known) && known.Query == query && nowMs - known.AtMs < RefreshMs(window) && known.Count is not null)
            return (known.Count, null);
        var (count, failure) = await CountNowAsync(source, window, nowMs, cancellationToken);
        if (failure is null)
            _counted[(slo, window)] = (nowMs, query, count);
        return (count, failure);
    }

    private double RefreshMs(TimeSpan window) =>
        Math.Clamp(window.TotalMilliseconds / 360, interval.TotalMilliseconds / 2, 12 * interval.TotalMilliseconds);

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
