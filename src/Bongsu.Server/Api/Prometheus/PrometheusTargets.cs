using System.Globalization;
using System.Text.Json.Nodes;
using Bongsu.Ingest.Scrape;
using Bongsu.Ingest.Scrape.Targets;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>What is scraped, in the words of the Prometheus API. Pure.</summary>
internal static class PrometheusTargets
{
    /// <summary>The data of /targets: <c>state</c> any, active or dropped, <c>scrapePool</c> one job.</summary>
    public static JsonObject Targets(Scraper? scraper, IQueryCollection query)
    {
        var state = query["state"].ToString().ToLowerInvariant();
        var pool = query["scrapePool"].ToString();
        var pools = (scraper?.Pools ?? []).Where(p => pool.Length == 0 || p.Name == pool).ToList();
        var counts = new JsonObject();
        foreach (var p in pools)
            counts[p.Name] = p.DroppedCount;
        return new JsonObject
        {
            ["activeTargets"] = state is "" or "any" or "active" ? Array(pools.SelectMany(p => p.Targets).Select(Target)) : [],
            ["droppedTargets"] = state is "" or "any" or "dropped" ? Array(pools.SelectMany(p => p.Dropped).Select(Dropped)) : [],
            ["droppedTargetCounts"] = state is "" or "any" or "dropped" ? counts : new JsonObject(),
        };
    }

    /// <summary>The data of /scrape_pools.</summary>
    public static JsonObject Pools(Scraper? scraper) => new() { ["scrapePools"] = Array((scraper?.Pools ?? []).Select(p => (JsonNode)p.Name)) };

    /// <summary>The data of /targets/metadata: <c>match_target</c> a selector, <c>metric</c> one name, <c>limit</c> most entries.</summary>
    public static JsonArray Metadata(Scraper? scraper, IQueryCollection query)
    {
        var limit = -1;
        if (query["limit"].ToString() is { Length: > 0 } text && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit))
            throw PrometheusError.BadParameter("limit", "limit must be a number");
        IReadOnlyList<LabelMatcher> matchers = [];
        if (query["match_target"].ToString() is { Length: > 0 } selector)
        {
            var (parsed, error) = PromQlParser.ParseSelector(selector);
            matchers = parsed ?? throw PrometheusError.BadParameter("match_target", error!);
        }
        var metric = query["metric"].ToString();
        var found = (scraper?.Families ?? [])
            .Where(f => (metric.Length == 0 || f.Metadata.Name == metric) && matchers.All(m => m.Matches(f.Target.GetValueOrDefault(m.Name, ""))))
            .Take(limit >= 0 ? limit : int.MaxValue);
        var list = Array(found.Select(f => Family(f, metric.Length == 0)));
        return list.Count > 0 ? list : throw new PrometheusError(StatusCodes.Status404NotFound, "not_found", "specified metadata not found");
    }

    private static JsonNode Target(TargetStatus target) => new JsonObject
    {
        ["discoveredLabels"] = Labels(target.Discovered),
        ["labels"] = Labels(target.Labels),
        ["scrapePool"] = target.Pool,
        ["scrapeUrl"] = target.Url,
        ["globalUrl"] = target.Url,
        ["lastError"] = target.LastError,
        ["lastScrape"] = (target.LastScrape?.UtcDateTime ?? DateTime.MinValue).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
        ["lastScrapeDuration"] = target.LastDuration.TotalSeconds,
        ["health"] = target.Health.ToString().ToLowerInvariant(),
        ["scrapeInterval"] = PromDuration.Format((long)target.Interval.TotalMilliseconds),
        ["scrapeTimeout"] = PromDuration.Format((long)target.Timeout.TotalMilliseconds),
    };

    private static JsonNode Dropped(DroppedTarget target) => new JsonObject { ["discoveredLabels"] = Labels(target.Discovered), ["scrapePool"] = target.Pool };

    private static JsonNode Family(TargetFamily family, bool withName)
    {
        var entry = new JsonObject { ["target"] = Labels(family.Target) };
        if (withName)
            entry["metric"] = family.Metadata.Name;
        entry["type"] = PrometheusSeries.TypeName(family.Metadata.Type);
        entry["help"] = family.Metadata.Help;
        entry["unit"] = family.Metadata.Unit;
        return entry;
    }

    private static JsonObject Labels(IReadOnlyDictionary<string, string> labels)
    {
        var result = new JsonObject();
        foreach (var (name, value) in labels)
            result[name] = value;
        return result;
    }

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];
}
