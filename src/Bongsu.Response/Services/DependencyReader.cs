using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Services;

/// <summary>Reads whom a service calls and who calls it, from the service graph metrics.</summary>
internal sealed class DependencyReader(FigureReader reader, string service, long atMs, long windowMs)
{
    private const int MaxRows = 100;
    private static readonly string[] Caches = ["redis", "valkey", "memcached"];

    private readonly string _window = PromText.Duration(windowMs);

    public async Task<IReadOnlyList<Dependency>> ReadAsync() =>
        [.. await ReadAsync("out", "client", "server").ConfigureAwait(false), .. await ReadAsync("in", "server", "client").ConfigureAwait(false)];

    private async Task<IReadOnlyList<Dependency>> ReadAsync(string direction, string mine, string theirs)
    {
        var all = Queries([(mine, service)], $" by ({theirs}, connection_type) ", $" by (le, {theirs}, connection_type) ");
        var errors = (await reader.SplitAsync(all.Errors, atMs).ConfigureAwait(false)).ToDictionary(v => v.Group, v => v.Value);
        var p95 = (await reader.SplitAsync(all.P95, atMs).ConfigureAwait(false)).ToDictionary(v => v.Group, v => v.Value);
        var rows = new List<Dependency>();
        foreach (var (group, rate) in await reader.SplitAsync(all.Rate, atMs).ConfigureAwait(false))
        {
            if (group.Get(theirs) is not { } peer)
                continue;
            var type = group.Get("connection_type") ?? "";
            var one = Queries([(mine, service), (theirs, peer), ("connection_type", type)], "", " by (le) ");
            rows.Add(new Dependency(peer, Kind(type, peer), direction, new Figure(rate, one.Rate), new Figure(ValueOf(errors, group), one.Errors), new Figure(ValueOf(p95, group), one.P95)));
        }
        return [.. rows.OrderByDescending(r => r.Rate.Value).ThenBy(r => r.Peer, StringComparer.Ordinal).Take(MaxRows)];
    }

    private (string Rate, string Errors, string P95) Queries(IReadOnlyList<(string Label, string Value)> where, string by, string byBucket)
    {
        var on = $"{{{string.Join(',', where.Select(w => PromText.Equal(w.Label, w.Value)))}}}[{_window}]";
        var rate = $"sum{by}(rate(traces_service_graph_request_total{on}))";
        return (rate, $"(sum{by}(rate(traces_service_graph_request_failed_total{on})) or 0 * {rate}) / {rate}",
            $"histogram_quantile(0.95, sum{byBucket}(rate(traces_service_graph_request_client_seconds_bucket{on})))");
    }

    private static string Kind(string connectionType, string peer) => connectionType switch
    {
        "database" => Array.Exists(Caches, c => peer.Contains(c, StringComparison.OrdinalIgnoreCase)) ? "cache" : "database",
        "messaging_system" => "queue",
        "virtual_node" => "external",
        _ => "service",
    };

    private static double? ValueOf(Dictionary<LabelSet, double> values, LabelSet group) => values.TryGetValue(group, out var value) ? value : null;
}
