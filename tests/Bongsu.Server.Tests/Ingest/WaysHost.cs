using System.Globalization;
using System.Net;
using System.Text.Json;
using Bongsu.Ingest;
using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Receive.Syslog;
using Bongsu.Query.LogQL;
using Bongsu.Query.TraceQL;
using Bongsu.Server.Api.Jaeger;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Operations;
using Bongsu.Server.Api.Tempo;
using Bongsu.Storage;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>Every way in of logs and spans on real ports of the loopback, a store on disk behind them, and the APIs by which it is asked.</summary>
public sealed class WaysHost : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-ways-").FullName;
    private readonly HttpClient _http = new();
    private DiskStore _store = null!;
    private WebApplication _app = null!;
    private SyslogListener _syslog = null!;
    private int _names;

    public IngestService Ingest { get; private set; } = null!;

    public ManualTime Time { get; } = new();

    public long NowNanos => Time.NowMs * 1_000_000;

    public Uri Web { get; private set; } = null!;

    public Uri Grpc { get; private set; } = null!;

    public IPEndPoint Syslog => _syslog.Address;

    /// <summary>Paths of requests that are taken, but those of metrics.</summary>
    public IReadOnlyList<string> Paths => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true && e.Metadata.GetMetadata<IsWayIn>() is not null)
        .Select(e => e.RoutePattern.RawText!).Where(p => !p.Contains("metrics", StringComparison.OrdinalIgnoreCase) && p is not ("/api/v1/write" or "/{service}/{method}"))];

    public async Task InitializeAsync()
    {
        _store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory }, Time, null, default);
        Ingest = new IngestService(_store, new IngestOptions { Limits = new IngestLimits { MaxConcurrentBytes = 128 * IngestLimits.MiB } }, Time, NullLogger<IngestService>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        IngestEndpoints.MapWeb(_app, Ingest).WithMetadata(new IsWayIn());
        IngestEndpoints.MapOtlpHttp(_app, Ingest).WithMetadata(new IsWayIn());
        IngestEndpoints.MapOtlpGrpc(_app, Ingest).WithMetadata(new IsWayIn());
        var traces = new TraceQlEngine(_store, Time);
        LokiApi.Map(_app, new LogQlEngine(_store, Time), _store, Time, false);
        TempoApi.Map(_app, traces, Time);
        JaegerApi.Map(_app, traces, _store, Time);
        TracesApi.Map(_app, traces);
        await _app.StartAsync();
        var urls = _app.Urls.ToArray();
        (Web, Grpc) = (new Uri(urls[0]), new Uri(urls[1]));
        _syslog = SyslogListener.Start(Ingest, new IPEndPoint(IPAddress.Loopback, 0), [], new SyslogLimits(), Time, NullLogger<SyslogListener>.Instance);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _syslog.DisposeAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A name that nothing else of the host has: of a service, or in an id.</summary>
    public int NextName() => Interlocked.Increment(ref _names);

    public async Task<(int Status, byte[] Body)> PostAsync(string path, byte[] body, string type, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Web, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        using var response = await _http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A unary call: its status and message, from the trailers or from the headers of an answer without a body.</summary>
    public async Task<(string Status, string Message, byte[] Body)> CallAsync(string path, byte[] framed, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Grpc, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null)
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        string Find(string name) => response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? string.Join("", values) : "";
        return (Find("grpc-status"), Uri.UnescapeDataString(Find("grpc-message")), body);
    }

    /// <summary>The lines of a service, by the Loki API.</summary>
    public async Task<List<string>> LinesAsync(string service)
    {
        var hour = 3_600_000_000_000;
        var json = await GetAsync(string.Create(CultureInfo.InvariantCulture,
            $"/loki/api/v1/query_range?query={Uri.EscapeDataString($"{{service_name=\"{service}\"}}")}&start={NowNanos - hour}&end={NowNanos + hour}&limit=5000"));
        return [.. json.GetProperty("data").GetProperty("result").EnumerateArray().SelectMany(s => s.GetProperty("values").EnumerateArray()).Select(v => v[1].GetString()!)];
    }

    /// <summary>The spans of a trace, by the Tempo API: hexadecimal id, parent, start and duration in ns of each.</summary>
    public async Task<List<JsonElement>> SpansAsync(string trace)
    {
        var json = await GetAsync($"/tempo/api/v2/traces/{trace}");
        if (!json.TryGetProperty("trace", out var found) || !found.TryGetProperty("resourceSpans", out var resources))
            return [];
        return [.. resources.EnumerateArray().SelectMany(r => r.GetProperty("scopeSpans").EnumerateArray()).SelectMany(s => s.GetProperty("spans").EnumerateArray())];
    }

    /// <summary>What an API says, which must be well formed and no failure of the server.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(Web, path));
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.NotFound)
            return JsonDocument.Parse("{}").RootElement;
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>An answer as it stands.</summary>
    public Task<string> TextAsync(string path) => _http.GetStringAsync(new Uri(Web, path));

    private sealed class IsWayIn;
}
