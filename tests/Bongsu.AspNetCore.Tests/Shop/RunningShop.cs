using System.Net.Http.Json;
using Bongsu.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Shop;

namespace Bongsu.AspNetCore.Tests.Shop;

/// <summary>The five services in this process, on real HTTP and free ports.</summary>
internal sealed class RunningShop : IAsyncDisposable
{
    private readonly Dictionary<string, WebApplication> _services = [];
    private readonly List<WebApplication> _started = [];
    private readonly Uri _collector;
    private readonly string? _database;

    private RunningShop(Uri collector, string? database)
    {
        _collector = collector;
        _database = database;
    }

    public HttpClient Gateway => Client("gateway");

    public static async Task<RunningShop> StartAsync(Uri collector, string? database = null)
    {
        var shop = new RunningShop(collector, database);
        foreach (var role in (string[])["inventory", "payments", "orders", "gateway", "worker"])
            await shop.StartAsync(role);
        return shop;
    }

    public Uri Url(string role) => new(_services[role].Urls.Single());

    public HttpClient Client(string role) => new(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = Url(role) };

    public async Task<HttpResponseMessage> SetFaultAsync(string role, string fault, bool on) =>
        await Client(role).PostAsJsonAsync($"/admin/faults/{fault}", new { on });

    /// <summary>Starts one more instance, such as a new release beside the old.</summary>
    public async Task<Uri> StartAsync(string role, params string[] settings)
    {
        List<string> args = ["--urls", "http://127.0.0.1:0", "--Logging:Console:LogLevel:Default", "None", .. settings];
        foreach (var (peer, service) in _services)
            args.Add($"--SHOP_{peer.ToUpperInvariant()}_URL={service.Urls.Single()}");
        if (_database is not null)
            args.Add("--SHOP_DB=" + _database);
        var app = await ShopServices.BuildAsync(role, [.. args], options =>
        {
            options.Export.Endpoint = _collector;
            options.Export.MaxBackoff = TimeSpan.FromMilliseconds(1);
            options.Export.BatchDelay = TimeSpan.FromMilliseconds(1);
            options.Metrics.Interval = TimeSpan.FromHours(1);
            options.Shutdown.Delay = TimeSpan.Zero;
        });
        await app.StartAsync();
        _started.Add(app);
        _services.TryAdd(role, app);
        return new Uri(app.Urls.Single());
    }

    /// <summary>Stops every service, callers first, so that all telemetry has been sent.</summary>
    public async Task StopAsync()
    {
        foreach (var app in _started.AsEnumerable().Reverse())
            await app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _started.AsEnumerable().Reverse())
            await app.DisposeAsync();
    }
}
