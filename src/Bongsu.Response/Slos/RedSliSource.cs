using System.Globalization;
using Bongsu.Response.Configuration;
using Bongsu.Response.Red;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Slos;

/// <summary>
/// Measures availability and latency by the request metrics that a service has. Which metric that is, is looked up again every so often; a service
/// that falls silent keeps its last one. One caller at a time.
/// </summary>
internal sealed class RedSliSource(ITelemetryStore store, TimeSpan interval)
{
    // Twice the longest export interval in wide use (60 s), and some more for one that was missed.
    private const long LookbackMs = 180_000;

    private readonly RedInventory _inventory = new(store);
    private readonly Dictionary<string, RedSource> _sources = [];
    private readonly Dictionary<(string Service, string Metric), (long AtMs, IReadOnlyList<string> Bounds)> _bounds = [];
    private long _scannedMs = long.MinValue;

    public async ValueTask<SliSource?> FindAsync(SloSpec slo, long nowMs, CancellationToken cancellationToken)
    {
        await ScanAsync(nowMs, cancellationToken);
        if (!_sources.TryGetValue(slo.Service, out var source))
            return null;
        if (slo.Sli is Sli.Latency latency)
            return await LatencyAsync(source, slo.Service, latency.Threshold, nowMs, cancellationToken);
        var queries = new RedQueries(source);
        var scope = new RedScope(slo.Service);
        return source.TellsErrors
            ? new SliSource(windowMs => Events(queries.Errors(scope, windowMs)!, windowMs), windowMs => Events(queries.Rate(scope, windowMs), windowMs), [])
            : null;
    }

    private async ValueTask ScanAsync(long nowMs, CancellationToken cancellationToken)
    {
        if (_scannedMs != long.MinValue && nowMs - _scannedMs < Math.Min(60_000, 3 * interval.TotalMilliseconds))
            return;
        var series = await _inventory.ScanAsync(nowMs - LookbackMs, nowMs, cancellationToken);
        foreach (var (service, source) in RedInventory.Choose(series))
            _sources[service] = source;
        _scannedMs = nowMs;
    }

    private async ValueTask<SliSource?> LatencyAsync(RedSource source, string service, TimeSpan threshold, long nowMs, CancellationToken cancellationToken)
    {
        if (source.Dialect.DurationMetric is not { } metric)
            return null;
        var queries = new RedQueries(source);
        var scope = new RedScope(service);
        var limit = threshold.TotalSeconds / source.Dialect.SecondsPerUnit;
        if (source.NativeHistogram)
            return Native(queries, scope, limit);
        var bounds = await BoundsAsync(source, service, metric, nowMs, cancellationToken);
        if (Bucket(bounds, limit) is not { } bucket)
            return null;
        var total = new RedQueries(source with { Dialect = source.Dialect with { CounterMetric = metric + "_count" } });
        var within = new RedQueries(source with { Dialect = source.Dialect with { CounterMetric = metric + "_bucket" } });
        var bounded = scope with { Where = [(LabelNames.Bucket, bucket)] };
        return new SliSource(
            windowMs => Events($"{total.Rate(scope, windowMs)} - {within.Rate(bounded, windowMs)}", windowMs),
            windowMs => Events(total.Rate(scope, windowMs), windowMs),
            Number(bucket) == limit ? [] : [Doubt(source, threshold, bounds, limit, bucket)]);
    }

    private static SliSource Native(RedQueries queries, RedScope scope, double limit)
    {
        string Slow(long windowMs)
        {
            // The quantile query holds the summed rate of the histogram; the fraction is asked of the same.
            var rate = queries.Quantile(scope, 0.5, windowMs)!;
            var histogram = rate[(rate.IndexOf("histogram_quantile(", StringComparison.Ordinal) + "histogram_quantile(0.5, ".Length)..^1];
            return $"(1 - histogram_fraction(0, {limit.ToString("R", CultureInfo.InvariantCulture)}, {histogram})) * {queries.Rate(scope, windowMs)}";
        }

        return new SliSource(windowMs => Events(Slow(windowMs), windowMs), windowMs => Events(queries.Rate(scope, windowMs), windowMs), []);
    }

    private async ValueTask<IReadOnlyList<string>> BoundsAsync(RedSource source, string service, string metric, long nowMs, CancellationToken cancellationToken)
    {
        if (_bounds.TryGetValue((service, metric), out var known) && nowMs - known.AtMs < LookbackMs && known.Bounds.Count > 0)
            return known.Bounds;
        var select = new SeriesSelect(nowMs - LookbackMs, nowMs,
            [new LabelMatcher(MatchType.Equal, LabelNames.MetricName, metric + "_bucket"), new LabelMatcher(MatchType.Equal, source.ServiceLabelName, service)]);
        var found = await store.Metrics.LabelValuesAsync(LabelNames.Bucket, select, cancellationToken);
        if (found.Count == 0)
            return known.Bounds ?? [];
        IReadOnlyList<string> bounds = [.. found.Where(b => double.IsFinite(Number(b))).OrderBy(Number)];
        _bounds[(service, metric)] = (nowMs, bounds);
        return bounds;
    }

    /// <summary>The bucket of the threshold, else the next larger one, else the largest.</summary>
    private static string? Bucket(IReadOnlyList<string> bounds, double limit) => bounds.FirstOrDefault(b => Number(b) >= limit) ?? bounds.LastOrDefault();

    private static string Doubt(RedSource source, TimeSpan threshold, IReadOnlyList<string> bounds, double limit, string used)
    {
        var near = bounds.Where(b => Number(b) < limit).TakeLast(1).Concat(bounds.Where(b => Number(b) >= limit).Take(1)).Select(b => Shown(source, b));
        return $"No bucket of {source.Dialect.DurationMetric} ends at {DurationText.Format(threshold)}; the nearest are {string.Join(" and ", near)}. Counted with {Shown(source, used)}: use that as the threshold, or add a bucket.";
    }

    private static string Shown(RedSource source, string bound) => DurationText.Format(TimeSpan.FromSeconds(Number(bound) * source.Dialect.SecondsPerUnit));

    private static double Number(string bound) => double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private static string Events(string perSecond, long windowMs) => string.Create(CultureInfo.InvariantCulture, $"({perSecond}) * {windowMs / 1000.0:R}");
}
