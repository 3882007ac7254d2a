using Bongsu.Ingest.Receive;
using Bongsu.Server.Api.Bongsu;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Prometheus;
using Bongsu.Server.Api.Tempo;

namespace Bongsu.Server.Hosting;

/// <summary>Every HTTP API of the web address, in one list.</summary>
internal static class ApiMap
{
    public static void Map(IEndpointRouteBuilder routes, ServerParts parts)
    {
        IngestEndpoints.MapWeb(routes, parts.Ingest);
        PrometheusApi.Map(routes, parts.PromQl, parts.Store, PrometheusOptionsOf(parts), parts.Time);
        LokiApi.Map(routes, parts.LogQl, parts.Store, parts.Time);
        TempoApi.Map(routes, parts.TraceQl, parts.Store, parts.Time);
        SelfMetrics.Map(routes, parts.Ingest.Counters, parts.Store);
        SessionApi.Map(routes, parts.Access, parts.Options.Demo, () => parts.Notes);
        TracesApi.Map(routes, parts.Store, parts.Time);
        routes.MapOpenApi("/bongsu/{documentName}/openapi.json");
    }

    private static PrometheusApiOptions PrometheusOptionsOf(ServerParts parts) => new()
    {
        Revision = BongsuVersion.Text,
        StartTime = parts.Time.GetUtcNow(),
        StorageRetention = parts.Options.RetentionMetrics == TimeSpan.Zero ? "for ever" : $"{parts.Options.RetentionMetrics.TotalDays:0.##}d",
    };
}
