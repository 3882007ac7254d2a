using System.Net;
using System.Text.Json;
using Bongsu.Query.PromQL;
using Bongsu.Server.Api.Prometheus;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Tests.Api.Prometheus;

/// <summary>The API alone, over a store in memory and a clock that stands still.</summary>
internal sealed class PrometheusHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrometheusHost(WebApplication app) => _app = app;

    public MemoryStore Store { get; } = new();

    public ManualTime Time { get; } = new();

    public HttpClient Client => _app.GetTestClient();

    /// <summary>Where a server that listens for real is found.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<PrometheusHost> StartAsync(PrometheusApiOptions? options = null, PromQlOptions? limits = null, bool listens = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        if (listens)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        var host = new PrometheusHost(builder.Build());
        var engine = new PromQlEngine(host.Store, limits ?? new PromQlOptions(), host.Time);
        PrometheusApi.Map(host._app, engine, host.Store, options ?? new PrometheusApiOptions(), host.Time);
        await host._app.StartAsync();
        return host;
    }

    /// <summary>Two counters, one sample a minute for an hour up to now.</summary>
    public PrometheusHost WithRequests()
    {
        for (var i = 0; i <= 60; i++)
        {
            Store.Add(LabelSet.Of(("__name__", "requests_total"), ("service", "cart")), (Time.NowMs - (60 - i) * 60_000, i * 60));
            Store.Add(LabelSet.Of(("__name__", "requests_total"), ("service", "pay")), (Time.NowMs - (60 - i) * 60_000, i * 120));
        }
        return this;
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        return await ReadAsync(response, expected);
    }

    public async Task<JsonElement> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)));
        using var response = await Client.PostAsync(path, content);
        return await ReadAsync(response, HttpStatusCode.OK);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}
