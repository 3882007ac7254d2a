using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bongsu.EndToEnd.Tests;

/// <summary>The .NET OpenTelemetry SDK, as any service uses it, over both of its transports; what it sent is read back through the query APIs.</summary>
public sealed class OpenTelemetryClientTests
{
    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task TracesAndMetricsOfTheSdkAreThere(OtlpExportProtocol protocol)
    {
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        var traceId = Send(server, protocol);

        var trace = await server.GetJsonAsync($"/tempo/api/traces/{traceId}");
        var span = trace.GetProperty("batches")[0].GetProperty("scopeSpans")[0].GetProperty("spans")[0];
        Assert.Equal("charge", span.GetProperty("name").GetString());

        var query = Uri.EscapeDataString("sdk_orders_total{service_name=\"sdk-client\"}");
        var answer = await server.GetJsonAsync($"/api/v1/query?query={query}");
        var series = Assert.Single(answer.GetProperty("data").GetProperty("result").EnumerateArray());
        Assert.Equal("3", series.GetProperty("value")[1].GetString());
        Assert.Equal("web", series.GetProperty("metric").GetProperty("channel").GetString());
    }

    private static string Send(ServerProcess server, OtlpExportProtocol protocol)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("sdk-client", serviceVersion: "1.0.0");
        using var source = new ActivitySource("sdk.test");
        using var meter = new Meter("sdk.test");
        var orders = meter.CreateCounter<long>("sdk.orders");
        using var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(source.Name)
            .AddOtlpExporter(o => Point(o, server, protocol, "traces")).Build();
        using var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(meter.Name)
            .AddOtlpExporter(o => Point(o, server, protocol, "metrics")).Build();
        string id;
        using (var activity = source.StartActivity("charge", ActivityKind.Server)!)
            id = activity.TraceId.ToHexString();
        orders.Add(3, new KeyValuePair<string, object?>("channel", "web"));
        Assert.True(traces.ForceFlush(10_000));
        Assert.True(metrics.ForceFlush(10_000));
        return id;
    }

    private static void Point(OtlpExporterOptions options, ServerProcess server, OtlpExportProtocol protocol, string signal)
    {
        options.Protocol = protocol;
        options.Endpoint = new Uri(protocol == OtlpExportProtocol.Grpc ? server.OtlpGrpc : $"{server.OtlpHttp}/v1/{signal}");
    }
}
