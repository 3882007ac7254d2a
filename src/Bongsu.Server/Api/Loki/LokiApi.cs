using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bongsu.Server.Api.Loki;

/// <summary>The read half of Loki's HTTP API, as Grafana and logcli speak it. Push belongs to the ingest side.</summary>
internal static class LokiApi
{
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];

    public static void Map(IEndpointRouteBuilder routes, LogQlEngine engine, ITelemetryStore store, TimeProvider time)
    {
        var queries = new LokiQueries(engine, time);
        var labels = new LokiLabels(engine, store, time);
        var detected = new LokiDetected(engine, store, time);
        var volumes = new LokiVolumes(engine, store, time);
        var tail = new LokiTail(engine, time);
        var api = routes.MapGroup("/loki/api/v1");
        api.MapMethods("/query", GetOrPost, queries.InstantAsync);
        api.MapMethods("/query_range", GetOrPost, queries.RangeAsync);
        api.MapMethods("/format_query", GetOrPost, queries.FormatAsync);
        api.MapMethods("/labels", GetOrPost, labels.NamesAsync);
        api.MapMethods("/label", GetOrPost, labels.NamesAsync);
        api.MapMethods("/label/{name}/values", GetOrPost, labels.ValuesAsync);
        api.MapMethods("/series", GetOrPost, labels.SeriesAsync);
        api.MapMethods("/index/stats", GetOrPost, volumes.StatsAsync);
        api.MapMethods("/index/volume", GetOrPost, volumes.VolumeAsync);
        api.MapMethods("/index/volume_range", GetOrPost, volumes.VolumeRangeAsync);
        api.MapMethods("/detected_labels", GetOrPost, detected.LabelsAsync);
        api.MapMethods("/detected_fields", GetOrPost, detected.FieldsAsync);
        api.MapMethods("/detected_field/{name}/values", GetOrPost, detected.ValuesAsync);
        api.MapMethods("/patterns", GetOrPost, LokiReply.NoPatternsAsync);
        api.MapGet("/status/buildinfo", LokiStatus.BuildAsync);
        api.MapGet("/drilldown-limits", LokiStatus.LimitsAsync);
        api.MapGet("/tail", tail.RunAsync);
    }
}
