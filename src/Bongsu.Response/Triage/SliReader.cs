using Bongsu.Response.Red;
using Bongsu.Telemetry;

namespace Bongsu.Response.Triage;

/// <summary>Finds the sources, chooses the bins from the interval at which the data comes, and reads the indicator.</summary>
internal sealed class SliReader(ITelemetryStore store)
{
    private const int MaxBins = 720;
    private const long UnknownIntervalMs = 15_000;

    // Fewer requests in a bin make every mean and ratio noise; fewer bins leave nothing to compare.
    private const double MinRequestsPerBin = 5;
    private const int MinBins = 24;

    private readonly RedInventory _inventory = new(store);
    private readonly CallGraphReader _reader = new(store);

    public async Task<SliReading> ReadAsync(TriageRequest request, CancellationToken cancellationToken)
    {
        var fromMs = Math.Min(request.FromMs, request.NowMs) - (long)request.Windows.Baseline.TotalMilliseconds;
        var series = await _inventory.ScanAsync(fromMs, request.NowMs, cancellationToken).ConfigureAwait(false);
        var chosen = RedInventory.Choose(series);
        var sources = Preferred(series, chosen);
        if (!chosen.TryGetValue(request.Service, out var source))
            return new SliReading(new BinGrid(fromMs, UnknownIntervalMs, 0), null, sources);
        var mine = series.Where(s => s.Service == request.Service && s.Source == source).ToList();
        var grid = Grid(Math.Max(fromMs, mine.Min(s => s.FirstMs)), request.NowMs, Interval(mine), 1);
        var node = await NodeAsync(grid).ConfigureAwait(false);
        var perBin = node is null ? 0 : node.Total.TotalRequests(..) / Math.Max(1, grid.Count);
        if (perBin is > 0 and < MinRequestsPerBin && grid.Count >= 2 * MinBins)
        {
            grid = Grid(grid.FromMs, request.NowMs, grid.BinMs, (long)Math.Min(Math.Ceiling(MinRequestsPerBin / perBin), grid.Count / MinBins));
            node = await NodeAsync(grid).ConfigureAwait(false);
        }
        return new SliReading(grid, node, sources);

        async Task<CallNode?> NodeAsync(BinGrid on)
        {
            var graph = new CallGraph(on);
            await _reader.ReadNodesAsync(graph, new Dictionary<string, RedSource> { [request.Service] = source }, cancellationToken).ConfigureAwait(false);
            return graph.Nodes.GetValueOrDefault(request.Service);
        }
    }

    // Bins end now, so that the last one is as whole as the data allows.
    private static BinGrid Grid(long fromMs, long nowMs, long intervalMs, long factor)
    {
        var binMs = intervalMs * factor;
        while ((nowMs - fromMs) / binMs > MaxBins)
            binMs += intervalMs;
        var count = (int)Math.Max(0, (nowMs - fromMs) / binMs);
        return new BinGrid(nowMs - (count * binMs), binMs, count);
    }

    // The busiest series shows the interval; counters derived from spans are sent only when they change.
    private static long Interval(List<RedSeries> series)
    {
        var intervals = series.Where(s => s.IntervalMs > 0).Select(s => s.IntervalMs).ToList();
        var shortest = intervals.Count == 0 ? UnknownIntervalMs : intervals.Min();
        return Math.Max(1000, (shortest + 500) / 1000 * 1000);
    }

    private static Dictionary<string, RedSource> Preferred(IReadOnlyList<RedSeries> series, IReadOnlyDictionary<string, RedSource> chosen)
    {
        var sources = new Dictionary<string, RedSource>(chosen, StringComparer.Ordinal);
        foreach (var one in series)
        {
            if (one.Source.Dialect.Kind == RedKind.Spans)
                sources[one.Service] = one.Source;
        }
        return sources;
    }
}
