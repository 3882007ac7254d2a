using System.Text.Json;
using System.Text.Json.Nodes;
using Bongsu.Ingest.Receive;
using Bongsu.Response.Configuration;
using Bongsu.Server.Api.Jaeger;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Operations;
using Bongsu.Server.Api.Prometheus;
using Bongsu.Server.Api.Tempo;

namespace Bongsu.Server.Hosting;

/// <summary>Every HTTP API of the web address, in one list.</summary>
internal static class ApiMap
{
    public static void Map(IEndpointRouteBuilder routes, ServerParts parts)
    {
        IngestEndpoints.MapWeb(routes, parts.Ingest);
        parts.Pushgateway.Map(routes);
        PrometheusApi.Map(routes, parts.PromQl, parts.Store, PrometheusOptionsOf(parts), parts.Time);
        LokiApi.Map(routes, parts.LogQl, parts.Store, parts.Time, parts.Options.EnableAdminApi, parts.Ingest.FlushPatternsAsync, parts.Ingest.Forget);
        TempoApi.Map(routes, parts.TraceQl, parts.Time);
        JaegerApi.Map(routes, parts.TraceQl, parts.Store, parts.Time);
        SelfMetrics.Map(routes, parts.Ingest, parts.Store, parts.QueryGate);
        SessionApi.Map(routes, parts.Access, parts.Options.Demo, () => parts.OtlpHttpPort, () => parts.Notes);
        NowApi.Map(routes, parts.Response, parts.Services, parts.Health, parts.Time);
        ServicesApi.Map(routes, parts.Services, parts.Time);
        ReleasesApi.Map(routes, parts.Response.Releases, parts.Time);
        TriageApi.Map(routes, parts.Response.Triage, parts.Response.TriageWindows, parts.Time);
        CardinalityApi.Map(routes, parts.Store, parts.Ingest.Budgets, parts.Options.MaxSeriesPerMetric);
        LogPatternsApi.Map(routes, parts.Store, parts.Ingest.FlushPatternsAsync, parts.Ingest.PatternExample, parts.Time);
        SamplingApi.Map(routes, parts.Ingest.Sampler);
        TracesApi.Map(routes, parts.TraceQl);
        TraceDeletionApi.Map(routes, parts.Store, parts.Time, parts.Options.EnableAdminApi, parts.Logger);
        StorageApi.Map(routes, parts.Store, parts.Ingest, parts.Time);
        BudgetsApi.Map(routes, parts.Ingest, parts.Time);
        LintApi.Map(routes, parts.Ingest, parts.Time);
        SlosApi.Map(routes, parts.Response, parts.Time);
        AlertsApi.Map(routes, parts.Response);
        IncidentsApi.Map(routes, parts.Response);
        RunbooksApi.Map(routes, parts.Response);
        routes.MapPost("/-/reload", async () => await parts.ReloadAsync() is { Count: > 0 } problems
            ? Results.Json(new { error = new { code = "badConfiguration", message = string.Join("\n", problems) } }, statusCode: 422)
            : Results.NoContent());
        routes.MapOpenApi("/bongsu/{documentName}/openapi.json");
    }

    private static PrometheusApiOptions PrometheusOptionsOf(ServerParts parts) => new()
    {
        Revision = BongsuVersion.Text,
        EnableAdmin = parts.Options.EnableAdminApi,
        Flags = parts.Options.Flags,
        StartTime = parts.Time.GetUtcNow(),
        StorageRetention = parts.Options.RetentionMetrics == TimeSpan.Zero ? "for ever" : $"{parts.Options.RetentionMetrics.TotalDays:0.##}d",
        Scraper = parts.Scraping.Scraper,
        Rules = (query, _) => ValueTask.FromResult(Json(parts.Response.PrometheusRules.Rules(query["type"]))),
        Alerts = _ => ValueTask.FromResult(Json(parts.Response.PrometheusRules.Alerts())),
    };

    private static JsonObject Json(object value) => JsonSerializer.SerializeToNode(value, ResponseJson.Options)!.AsObject();
}
