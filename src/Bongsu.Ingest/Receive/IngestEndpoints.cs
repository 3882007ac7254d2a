using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bongsu.Ingest.Receive;

/// <summary>The paths on which telemetry comes in, for each kind of port. Who may send is decided before.</summary>
public static class IngestEndpoints
{
    /// <summary>On the web port: remote write, OTLP metrics as Prometheus takes them, Loki's push, JSON lines, and spans of Zipkin and Jaeger.</summary>
    public static IEndpointConventionBuilder MapWeb(IEndpointRouteBuilder routes, IngestService ingest)
    {
        var group = routes.MapGroup("");
        RemoteWriteHttp remoteWrite = new(ingest);
        OtlpHttp otlp = new(ingest);
        LokiHttp loki = new(ingest);
        Map(group, "/api/v1/write", remoteWrite.HandleAsync);
        Map(group, "/api/v1/otlp/v1/metrics", context => otlp.HandleAsync(context, Signal.Metrics));
        Map(group, "/loki/api/v1/push", loki.HandleAsync);
        Map(group, "/api/v2/spans", new ZipkinHttp(ingest).HandleAsync);
        Map(group, "/api/traces", new JaegerHttp(ingest).HandleAsync);
        Map(group, "/bongsu/v1/logs/jsonl", new JsonLinesHttp(ingest).HandleAsync);
        return group;
    }

    /// <summary>On the OTLP/HTTP port.</summary>
    public static IEndpointConventionBuilder MapOtlpHttp(IEndpointRouteBuilder routes, IngestService ingest)
    {
        var group = routes.MapGroup("");
        OtlpHttp otlp = new(ingest);
        Map(group, "/v1/traces", context => otlp.HandleAsync(context, Signal.Traces));
        Map(group, "/v1/logs", context => otlp.HandleAsync(context, Signal.Logs));
        Map(group, "/v1/metrics", context => otlp.HandleAsync(context, Signal.Metrics));
        return group;
    }

    /// <summary>On the OTLP/gRPC port, which speaks HTTP/2 without TLS.</summary>
    public static IEndpointConventionBuilder MapOtlpGrpc(IEndpointRouteBuilder routes, IngestService ingest)
    {
        var group = routes.MapGroup("");
        OtlpGrpc grpc = new(ingest);
        Map(group, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => grpc.HandleAsync(context, Signal.Traces));
        Map(group, "/opentelemetry.proto.collector.logs.v1.LogsService/Export", context => grpc.HandleAsync(context, Signal.Logs));
        Map(group, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => grpc.HandleAsync(context, Signal.Metrics));
        Map(group, "/{service}/{method}", context =>
        {
            grpc.Unknown(context);
            return Task.CompletedTask;
        });
        return group;
    }

    private static void Map(RouteGroupBuilder group, string path, RequestDelegate handle) => group.MapPost(path, async context =>
    {
        try
        {
            await handle(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or ConnectionResetException)
        {
            // The sender has gone; there is nobody to answer, and nothing was acknowledged.
            context.Abort();
        }
    });
}
