using Bongsu.Query.PromQL;
using Bongsu.Telemetry;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The Prometheus HTTP API over the engine and the store: what Grafana, promtool and scripts expect under /api/v1.</summary>
public static class PrometheusApi
{
    private static readonly string[] GetAndPost = [HttpMethods.Get, HttpMethods.Post];
    private static readonly string[] PostAndPut = [HttpMethods.Post, HttpMethods.Put];
    private static readonly string[] GetOnly = [HttpMethods.Get];

    public static void Map(IEndpointRouteBuilder routes, PromQlEngine engine, ITelemetryStore store, PrometheusApiOptions options, TimeProvider time)
    {
        var queries = new PrometheusQueries(engine, store, time);
        var series = new PrometheusSeries(store);
        var status = new PrometheusStatus(store, options, time);
        var admin = new PrometheusAdmin(store, options, time, routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Bongsu.Admin"));
        var api = routes.MapGroup("/api/v1");
        Add(api, "/query", GetAndPost, queries.InstantAsync);
        Add(api, "/query_range", GetAndPost, queries.RangeAsync);
        Add(api, "/query_exemplars", GetAndPost, queries.ExemplarsAsync);
        Add(api, "/format_query", GetAndPost, queries.FormatAsync);
        Add(api, "/parse_query", GetAndPost, queries.TreeAsync);
        Add(api, "/series", GetAndPost, series.SeriesAsync);
        Add(api, "/labels", GetAndPost, series.LabelNamesAsync);
        Add(api, "/label/{name}/values", GetOnly, series.LabelValuesAsync);
        Add(api, "/metadata", GetOnly, series.MetadataAsync);
        Add(api, "/rules", GetOnly, status.RulesAsync);
        Add(api, "/alerts", GetOnly, status.AlertsAsync);
        Add(api, "/targets", GetOnly, status.TargetsAsync);
        Add(api, "/targets/metadata", GetOnly, status.TargetMetadataAsync);
        Add(api, "/scrape_pools", GetOnly, status.ScrapePoolsAsync);
        Add(api, "/alertmanagers", GetOnly, status.AlertmanagersAsync);
        Add(api, "/status/buildinfo", GetOnly, status.BuildAsync);
        Add(api, "/status/runtimeinfo", GetOnly, status.RuntimeAsync);
        Add(api, "/status/flags", GetOnly, status.FlagsAsync);
        Add(api, "/status/config", GetOnly, status.ConfigAsync);
        Add(api, "/status/tsdb", GetOnly, status.TsdbAsync);
        Add(api, "/admin/tsdb/delete_series", PostAndPut, admin.DeleteSeriesAsync);
        Add(api, "/admin/tsdb/clean_tombstones", PostAndPut, admin.CleanTombstonesAsync);
        Add(api, "/admin/tsdb/snapshot", PostAndPut, admin.SnapshotAsync);
    }

    private static void Add(RouteGroupBuilder api, string path, string[] methods, Func<PrometheusRequest, ValueTask> handle) =>
        api.MapMethods(path, methods, (RequestDelegate)(context => HandleAsync(context, handle)));

    private static async Task HandleAsync(HttpContext context, Func<PrometheusRequest, ValueTask> handle)
    {
        try
        {
            var parameters = await PrometheusParameters.ReadAsync(context.Request, context.RequestAborted);
            await handle(new PrometheusRequest(context, parameters));
        }
        catch (PrometheusError error)
        {
            PrometheusRequest.WriteError(context.Response, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                PrometheusRequest.WriteError(context.Response, new PrometheusError(StatusCodes.Status503ServiceUnavailable, "canceled", "query was canceled"));
            return;
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
