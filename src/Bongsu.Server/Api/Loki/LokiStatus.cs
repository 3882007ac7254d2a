using Bongsu.Query.LogQL;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>status/buildinfo and drilldown-limits: what Grafana asks before it decides which features to use.</summary>
internal static class LokiStatus
{
    /// <summary>The Loki whose API this is.</summary>
    private const string Version = "3.4.0";

    public static Task BuildAsync(HttpContext context) => QueryReply.SendBuildAsync(context, Version);

    public static Task LimitsAsync(HttpContext context, LogQlLimits limits) => LokiReply.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("limits");
        json.WriteNumber("max_entries_limit_per_query", limits.MaxLines);
        json.WriteNumber("max_query_series", limits.MaxResultSeries);
        json.WriteString("max_query_length", $"{limits.MaxRange.TotalHours:0}h");
        json.WriteString("query_timeout", $"{limits.Timeout.TotalSeconds:0}s");
        json.WriteBoolean("volume_enabled", true);
        json.WriteEndObject();
        json.WriteBoolean("pattern_ingester_enabled", true);
        json.WriteString("version", Version);
        json.WriteEndObject();
    });
}
