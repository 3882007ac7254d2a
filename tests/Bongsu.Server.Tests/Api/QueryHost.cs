using Bongsu.Query.LogQL;
using Bongsu.Query.TraceQL;
using Bongsu.Server.Api.Jaeger;
using Bongsu.Server.Api.Operations;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Tempo;
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

    public static async Task<QueryHost> StartAsync(bool listens = false, bool allowsDeletion = true)
    {
        var store = new MemoryStore();
        var time = new ManualTime();
        var builder = WebApplication.CreateSlimBuilder();
        if (listens)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        LokiApi.Map(app, new LogQlEngine(store, time), store, time, allowsDeletion);
        TempoApi.Map(app, new TraceQlEngine(store, time), store, time);
        JaegerApi.Map(app, new TraceQlEngine(store, time), store, time);
        TracesApi.Map(app, store, time);
        await app.StartAsync();
        return new QueryHost(app) { Store = store, Time = time };
    }

    public Task StopAsync() => _app.StopAsync();

    public WebSocketClient WebSockets => _app.GetTestServer().CreateWebSocketClient();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
