using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bongsu.Ingest.Receive;
using Bongsu.Telemetry;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Receive;

/// <summary>The ingest endpoints on real Kestrel ports of the loopback, over a store in memory.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IngestHost(WebApplication app, IngestService ingest, MemoryStore store) => (_app, Ingest, Store) = (app, ingest, store);

    public IngestService Ingest { get; }
    public MemoryStore Store { get; }
    public ManualTime Time { get; private init; } = new();
    public HttpClient Http { get; } = new();
    public Uri Web { get; private set; } = null!;
    public Uri Grpc { get; private set; } = null!;

    public static async Task<IngestHost> StartAsync(IngestOptions? options = null, Func<MemoryStore, ITelemetryStore>? wrap = null)
    {
        var store = new MemoryStore();
        var time = new ManualTime();
        var ingest = new IngestService(wrap?.Invoke(store) ?? store, options ?? new IngestOptions(), time, NullLogger<IngestService>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        IngestEndpoints.MapWeb(app, ingest);
        IngestEndpoints.MapOtlpHttp(app, ingest);
        IngestEndpoints.MapOtlpGrpc(app, ingest);
        await app.StartAsync();
        var urls = app.Urls.ToArray();
        return new IngestHost(app, ingest, store) { Time = time, Web = new Uri(urls[0]), Grpc = new Uri(urls[1]) };
    }

    public async Task<(int Status, string Body, HttpResponseMessage Response)> PostAsync(string path, byte[] body, string type, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Web, path)) { Content = new ByteArrayContent(body) };
        if (type.Length > 0)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public Task<(int Status, string Body, HttpResponseMessage Response)> JsonAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>A unary call; the status is read from trailers, or from headers of an answer without a body.</summary>
    public async Task<(string Status, string Message, byte[] Body, HttpResponseMessage Response)> CallAsync(string method, byte[] framed, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Grpc, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null)
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        var response = await Http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        string Find(string name) => response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? string.Join("", values) : "";
        return (Find("grpc-status"), Uri.UnescapeDataString(Find("grpc-message")), body, response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
