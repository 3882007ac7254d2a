using Bongsu.Query.TraceQL;
using Bongsu.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>Jaeger's query API as its page, Grafana and other clients speak it, below /jaeger.</summary>
internal static class JaegerApi
{
    public static void Map(IEndpointRouteBuilder routes, TraceQlEngine engine, ITelemetryStore store, TimeProvider time)
    {
        var services = new JaegerServices(engine, store, time);
        var traces = new JaegerTraces(engine, time);
        var dependencies = new JaegerDependencies(engine, time);
        var api = routes.MapGroup("/jaeger/api");
        api.MapGet("/services", services.ServicesAsync);
        api.MapGet("/services/{service}/operations", services.OperationNamesAsync);
        api.MapGet("/operations", services.OperationsAsync);
        api.MapGet("/traces", traces.SearchAsync);
        api.MapGet("/traces/{id}", traces.TraceAsync);
        api.MapGet("/dependencies", dependencies.SendAsync);
    }
}
