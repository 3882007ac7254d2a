using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Bongsu.Telemetry;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The endpoints about the server itself, and rules and alerts as others fill them in.</summary>
internal sealed class PrometheusStatus(ITelemetryStore store, PrometheusApiOptions options, TimeProvider time)
{
    private const int DefaultTopEntries = 10;
    private const int MaxTopEntries = 10_000;

    public async ValueTask RulesAsync(PrometheusRequest request) =>
        await Answer(request, options.Rules is null ? Object(("groups", new JsonArray())) : await options.Rules(request.Http.Query, request.Aborted));

    public async ValueTask AlertsAsync(PrometheusRequest request) =>
        await Answer(request, options.Alerts is null ? Object(("alerts", new JsonArray())) : await options.Alerts(request.Aborted));

    public ValueTask TargetsAsync(PrometheusRequest request) => Answer(request, PrometheusTargets.Targets(options.Scraper, request.Http.Query));

    public ValueTask ScrapePoolsAsync(PrometheusRequest request) => Answer(request, PrometheusTargets.Pools(options.Scraper));

    public ValueTask TargetMetadataAsync(PrometheusRequest request)
    {
        var list = PrometheusTargets.Metadata(options.Scraper, request.Http.Query);
        request.Succeed(json => json.Raw(System.Text.Encoding.UTF8.GetBytes(list.ToJsonString())));
        return ValueTask.CompletedTask;
    }

    public ValueTask AlertmanagersAsync(PrometheusRequest request) =>
        Answer(request, Object(("activeAlertmanagers", new JsonArray()), ("droppedAlertmanagers", new JsonArray())));

    public ValueTask BuildAsync(PrometheusRequest request) => Answer(request, Object(
        ("version", options.ApiVersion), ("revision", options.Revision), ("branch", "bongsu"), ("buildUser", ""), ("buildDate", ""),
        ("goVersion", RuntimeInformation.FrameworkDescription)));

    public ValueTask RuntimeAsync(PrometheusRequest request) => Answer(request, Object(
        ("startTime", options.StartTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ("serverTime", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        ("reloadConfigSuccess", true), ("corruptionCount", store.Status.Problems.Count), ("GOMAXPROCS", Environment.ProcessorCount),
        ("storageRetention", options.StorageRetention)));

    public ValueTask FlagsAsync(PrometheusRequest request)
    {
        var flags = new JsonObject();
        foreach (var (name, value) in options.Flags)
            flags[name] = value;
        return Answer(request, flags);
    }

    public ValueTask ConfigAsync(PrometheusRequest request) => Answer(request, Object(("yaml", "")));

    public async ValueTask TsdbAsync(PrometheusRequest request)
    {
        var limit = request.Parameters.Limit() is > 0 and var given ? given : DefaultTopEntries;
        if (limit > MaxTopEntries)
            throw PrometheusError.BadParameter("limit", $"must be at most {MaxTopEntries}");
        var counts = await store.Metrics.CardinalityAsync(limit, request.Aborted);
        await Answer(request, Object(
            ("headStats", Object(("numSeries", counts.Series), ("numLabelPairs", counts.LabelPairs), ("chunkCount", counts.Chunks), ("minTime", counts.MinTimeMs), ("maxTime", counts.MaxTimeMs))),
            ("seriesCountByMetricName", Entries(counts.SeriesByMetric.Select(m => (m.Metric, m.Series)))),
            ("labelValueCountByLabelName", Entries(counts.ValuesByLabel)),
            ("memoryInBytesByLabelName", Entries(counts.BytesByLabel)),
            ("seriesCountByLabelValuePair", Entries(counts.SeriesByPair))));
    }

    private static JsonArray Entries(IEnumerable<(string Name, long Value)> counts) =>
        [.. counts.Select(c => (JsonNode)Object(("name", c.Name), ("value", c.Value)))];

    private static JsonObject Object(params (string Name, JsonNode? Value)[] members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
            result[name] = value;
        return result;
    }

    private static ValueTask Answer(PrometheusRequest request, JsonObject data)
    {
        request.Succeed(json => json.Raw(System.Text.Encoding.UTF8.GetBytes(data.ToJsonString())));
        return ValueTask.CompletedTask;
    }
}
