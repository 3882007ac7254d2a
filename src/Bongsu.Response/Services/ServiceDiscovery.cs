using Bongsu.Response.Red;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Services;

/// <summary>Finds every service that sent metrics, spans or logs in a time.</summary>
internal sealed class ServiceDiscovery(ITelemetryStore store)
{
    private const long NanosPerMs = 1_000_000;

    private static readonly LabelMatcher Named = new(MatchType.NotEqual, LabelNames.ServiceName, "");

    // What Bongsu derives from spans and repeats is no sign of life.
    private static readonly LabelMatcher NotDerived = new(MatchType.NotRegex, LabelNames.MetricName, "traces_.*");

    private readonly RedInventory _inventory = new(store);

    public async Task<IReadOnlyList<KnownService>> FindAsync(long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var series = await _inventory.ScanAsync(fromMs, toMs, cancellationToken).ConfigureAwait(false);
        var sources = RedInventory.Choose(series);
        var found = new SortedDictionary<string, KnownService>(StringComparer.Ordinal);
        foreach (var group in series.GroupBy(s => s.Service, StringComparer.Ordinal))
            found[group.Key] = WithRequests(group.Key, sources[group.Key], [.. group]);
        await AddOthersAsync(found, fromMs, toMs, cancellationToken).ConfigureAwait(false);
        return [.. found.Values];
    }

    private static KnownService WithRequests(string name, RedSource source, List<RedSeries> all)
    {
        var mine = all.FindAll(s => s.Source == source);
        // The newest version is the one whose first sample is latest; of equals, the one at work last.
        var versions = all.Where(s => s.Version is not null).GroupBy(s => s.Version!, StringComparer.Ordinal)
            .OrderByDescending(g => g.Min(s => s.FirstMs)).ThenByDescending(g => g.Max(s => s.LastGrowthMs)).ThenByDescending(g => g.Key, StringComparer.Ordinal);
        var last = all.MaxBy(s => s.LastMs)!;
        return new KnownService(name, source, mine, NamespaceOf(last.Labels, name), last.Environment, versions.FirstOrDefault()?.Key, all.Max(s => s.LastSeenMs),
            mine.Where(s => s.IntervalMs > 0).Select(s => s.IntervalMs).DefaultIfEmpty().Min());
    }

    // OTLP's job is "namespace/name".
    private static string? NamespaceOf(LabelSet labels, string name) =>
        labels.Get(LabelNames.Job) is { } job && job.Length > name.Length + 1 && job.EndsWith("/" + name, StringComparison.Ordinal) ? job[..^(name.Length + 1)] : null;

    private async Task AddOthersAsync(SortedDictionary<string, KnownService> found, long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var recently = Math.Max(fromMs, toMs - ServiceHealth.SilentMs);
        foreach (var name in await store.Metrics.LabelValuesAsync(LabelNames.ServiceName, new SeriesSelect(fromMs, toMs, [Named]), cancellationToken).ConfigureAwait(false))
            found.TryAdd(name, new KnownService(name, null, [], null, null, null, null, 0));
        foreach (var name in await store.Metrics.LabelValuesAsync(LabelNames.ServiceName, new SeriesSelect(recently, toMs, [Named, NotDerived]), cancellationToken).ConfigureAwait(false))
            found[name] = (found.GetValueOrDefault(name) ?? new KnownService(name, null, [], null, null, null, null, 0)) with { LastSeenMs = toMs };
        foreach (var stream in await store.Logs.StreamsAsync(new LogSelect(fromMs * NanosPerMs, toMs * NanosPerMs, [Named]), cancellationToken).ConfigureAwait(false))
            found.TryAdd(stream.Get(LabelNames.ServiceName)!, new KnownService(stream.Get(LabelNames.ServiceName)!, null, [], null, stream.Get(LabelNames.Environment), null, null, 0));
    }
}
