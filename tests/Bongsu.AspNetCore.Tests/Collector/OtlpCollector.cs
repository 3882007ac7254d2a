using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests.Collector;

/// <summary>A real OTLP/HTTP receiver on the loopback that keeps what it gets and answers as told.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body, Dictionary<string, string> Headers)> _requests = new();

    private OtlpCollector(WebApplication app) => _app = app;

    /// <summary>Sets status, headers or body of an answer; the number counts requests from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public Uri Url => new(_app.Urls.Single());
    public IReadOnlyList<(string Path, byte[] Body, Dictionary<string, string> Headers)> Requests => [.. _requests];
    public IReadOnlyList<Received> Spans => Items("/v1/traces");
    public IReadOnlyList<Received> Logs => Items("/v1/logs");
    public IReadOnlyList<Received> Metrics => Items("/v1/metrics");

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new OtlpCollector(builder.Build());
        collector._app.Run(collector.ReceiveAsync);
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            await using var gzip = new GZipStream(context.Request.Body, CompressionMode.Decompress);
            await gzip.CopyToAsync(body);
        }
        else
        {
            await context.Request.Body.CopyToAsync(body);
        }
        _requests.Enqueue((context.Request.Path, body.ToArray(), context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        context.Response.ContentType = "application/x-protobuf";
        await Answer(context, _requests.Count);
    }

    // The three requests have one shape: resource group (1) of resource (1) and scope groups (2) of scope (1) and items (2).
    private List<Received> Items(string path) =>
    [
        .. from request in _requests
           where request.Path == path
           from resource in new ProtoMessage(request.Body).All(1)
           let attributes = resource.One(1).Attributes(1)
           from scope in resource.All(2)
           let name = scope.One(1).Text(1)
           from item in scope.All(2)
           select new Received(attributes, name, item),
    ];
}
