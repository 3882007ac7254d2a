using Bongsu.Query;
using Bongsu.Query.LogQL;
using Bongsu.Query.TraceQL;
using Bongsu.Server.Api.Jaeger;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Operations;
using Bongsu.Server.Api.Tempo;
using Bongsu.Telemetry;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Tests.Api;

/// <summary>The Loki, Tempo, Jaeger and trace APIs over a memory store, in process.</summary>
internal sealed class QueryHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private QueryHost(WebApplication app) => (_app, Client) = (app, app.Services.GetService<IServer>() is TestServer ? app.GetTestClient() : new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public MemoryStore Store { get; private init; } = new();

    public ManualTime Time { get; private init; } = new();

    public HttpClient Client { get; }

    /// <summary>Where a host that listens for real is found.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts; <paramref name="over"/> is asked in place of the host's own store.</summary>
    public static async Task<QueryHost> StartAsync(bool listens = false, bool allowsDeletion = true, ITelemetryStore? over = null, QueryGate? gate = null, TraceQlLimits? traceLimits = null, ManualTime? clock = null)
    {
        var memory = new MemoryStore();
        var store = over ?? memory;
        var time = clock ?? new ManualTime();
        var builder = WebApplication.CreateSlimBuilder();
        if (listens)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        var traceQl = new TraceQlEngine(store, time, traceLimits, gate);
        LokiApi.Map(app, new LogQlEngine(store, time, gate: gate), store, time, allowsDeletion);
        TempoApi.Map(app, traceQl, time);
        JaegerApi.Map(app, traceQl, store, time);
        TracesApi.Map(app, traceQl);
        await app.StartAsync();
        return new QueryHost(app) { Store = memory, Time = time };
    }

    public Task StopAsync() => _app.StopAsync();

    public WebSocketClient WebSockets => _app.GetTestServer().CreateWebSocketClient();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
