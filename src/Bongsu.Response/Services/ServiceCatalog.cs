using Bongsu.Query.PromQL;
using Bongsu.Response.Red;
using Bongsu.Response.Releases;
using Bongsu.Telemetry;

namespace Bongsu.Response.Services;

/// <summary>
/// The services and how they are. The list asks a fixed number of queries for each source of request figures and each recent window, whatever the
/// number of services. Thread-safe.
/// </summary>
public sealed class ServiceCatalog(ITelemetryStore store, PromQlEngine engine, ReleaseLog releases, ServiceHooks hooks)
{
    /// <summary>Steps of a chart when none are asked for.</summary>
    public const int DefaultSteps = 120;
    public const int MaxSteps = 2000;

    // The store keeps more, but finding services reads every request counter of the time.
    private static readonly long MaxDiscoveryMs = (long)TimeSpan.FromHours(24).TotalMilliseconds;

    private readonly ServiceDiscovery _discovery = new(store);

    /// <summary>All services seen in the time, those in trouble first.</summary>
    public async Task<ServiceList> ListAsync(long fromMs, long toMs, CancellationToken cancellationToken)
    {
        var known = await FindAsync(fromMs, toMs, cancellationToken).ConfigureAwait(false);
        var reader = new FigureReader(engine, cancellationToken);
        var rows = await RowsAsync(known, reader, fromMs, toMs).ConfigureAwait(false);
        return new ServiceList(rows, [.. reader.Warnings]);
    }

    /// <summary>Null when no telemetry of that service is in the time.</summary>
    public async Task<ServiceDetail?> DetailAsync(string name, long fromMs, long toMs, long? stepMs, CancellationToken cancellationToken)
    {
        var known = (await FindAsync(fromMs, toMs, cancellationToken).ConfigureAwait(false)).Where(s => s.Name == name).ToList();
        if (known is not [var service])
            return null;
        var reader = new FigureReader(engine, cancellationToken);
        var row = (await RowsAsync(known, reader, fromMs, toMs).ConfigureAwait(false))[0];
        var step = Math.Max(stepMs ?? Math.Max((toMs - fromMs) / DefaultSteps, service.IntervalMs), Math.Max(1000, (toMs - fromMs) / MaxSteps));
        var detail = await new ServiceDetailReader(reader, service, fromMs, toMs, step).ReadAsync(row).ConfigureAwait(false);
        return detail with
        {
            Releases = releases.Between(fromMs, toMs, name),
            Slos = hooks.Slos(name),
            Firing = hooks.Firing(name),
            Incidents = hooks.Incidents(name, fromMs, toMs),
            Owner = hooks.Owner(name),
            Runbook = hooks.Runbook(name),
            Warnings = [.. reader.Warnings],
        };
    }

    private Task<IReadOnlyList<KnownService>> FindAsync(long fromMs, long toMs, CancellationToken cancellationToken) =>
        _discovery.FindAsync(Math.Max(fromMs, toMs - MaxDiscoveryMs), toMs, cancellationToken);

    private async Task<IReadOnlyList<ServiceRow>> RowsAsync(IReadOnlyList<KnownService> known, FigureReader reader, long fromMs, long toMs)
    {
        var latest = releases.LatestOfAll(toMs);
        var rows = new List<ServiceRow>(known.Count);
        foreach (var group in known.GroupBy(s => (s.Source, WindowMs: s.RecentMs(fromMs, toMs))))
        {
            // One service is asked for by name; more are asked for together.
            var services = group.ToList();
            var figures = group.Key.Source is { } source
                ? await ListFigures.ReadAsync(reader, source, services.Count == 1 ? services[0].Name : null, fromMs, toMs,
                    group.Key.WindowMs, services.Min(s => s.FirstMs), services.Max(s => s.IntervalMs)).ConfigureAwait(false)
                : null;
            rows.AddRange(services.Select(s => Row(s, figures, latest.GetValueOrDefault(s.Name), fromMs, toMs)));
        }
        return [.. rows.OrderBy(r => r.State).ThenByDescending(r => r.ErrorRatio.Value ?? 0).ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    private ServiceRow Row(KnownService service, ListFigures? figures, Release? release, long fromMs, long toMs)
    {
        var now = figures?.Now(service) ?? new ServiceNow(null, null, null, null, null, service.LastSeenMs, service.IntervalMs);
        var (state, standsOut) = ServiceHealth.Judge(now, figures?.WindowMs ?? 0, toMs);
        var stepMs = ListFigures.SparkStepMs(fromMs, toMs);
        return new ServiceRow
        {
            Name = service.Name,
            Namespace = service.Namespace,
            Environment = service.Environment,
            Version = service.Version ?? release?.Version,
            State = state,
            StandsOut = standsOut ?? hooks.SloBurn(service.Name),
            Rate = figures?.Rate(service.Name) ?? Figure.None,
            ErrorRatio = figures?.ErrorRatio(service.Name) ?? Figure.None,
            P50Seconds = figures?.Quantile(service.Name, 0.5) ?? Figure.None,
            P95Seconds = figures?.Quantile(service.Name, 0.95) ?? Figure.None,
            P99Seconds = figures?.Quantile(service.Name, 0.99) ?? Figure.None,
            RateSpark = figures?.RateSpark(service.Name) ?? FigureReader.Nothing(fromMs, toMs, stepMs),
            ErrorSpark = figures?.ErrorSpark(service.Name) ?? FigureReader.Nothing(fromMs, toMs, stepMs),
            P95Spark = figures?.P95Spark(service.Name) ?? FigureReader.Nothing(fromMs, toMs, stepMs),
            SparkFromMs = fromMs,
            SparkStepMs = stepMs,
            SloBudgetLeft = hooks.SloBudgetLeft(service.Name),
            LastReleaseMs = release?.AtMs,
            LastSeenMs = service.LastSeenMs,
            RedSource = service.Source?.Name ?? "none",
            RedSourceDetail = service.Source?.Metric ?? "",
        };
    }
}
