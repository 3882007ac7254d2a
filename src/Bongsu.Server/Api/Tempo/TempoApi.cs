using Bongsu.Query.TraceQL;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Tempo's query API, as Grafana speaks it, below /tempo.</summary>
internal static class TempoApi
{
    public static void Map(IEndpointRouteBuilder routes, TraceQlEngine engine, TimeProvider time)
    {
        var traces = new TempoTraces(engine, time);
        var search = new TempoSearch(engine, time);
        var metrics = new TempoMetrics(engine, time);
        var tags = new TempoTags(engine, time);
        var api = routes.MapGroup("/tempo/api");
        api.MapGet("/traces/{id}", traces.V1Async);
        api.MapGet("/v2/traces/{id}", traces.V2Async);
        api.MapGet("/search", search.SearchAsync);
        api.MapGet("/metrics/query_range", metrics.RangeAsync);
        api.MapGet("/metrics/query", metrics.InstantAsync);
        api.MapGet("/search/tags", tags.NamesV1Async);
        api.MapGet("/v2/search/tags", tags.NamesV2Async);
        api.MapGet("/search/tag/{tag}/values", tags.ValuesV1Async);
        api.MapGet("/v2/search/tag/{tag}/values", tags.ValuesV2Async);
        api.MapGet("/echo", context => context.Response.WriteAsync("echo"));
        api.MapGet("/status/buildinfo", TempoReply.BuildAsync);
    }
}
