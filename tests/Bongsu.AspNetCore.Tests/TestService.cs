using Bongsu.AspNetCore.Tests.Collector;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests;

/// <summary>A real service on the loopback that exports to a collector. Stopping it flushes, so what was sent is complete afterwards.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app)
    {
        App = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }
    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(
        Uri collector, Action<WebApplication> map, Action<BongsuOptions>? configure = null, Action<WebApplicationBuilder>? build = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information);
        build?.Invoke(builder);
        builder.AddBongsu(options =>
        {
            options.ServiceName = "test-service";
            options.ServiceVersion = "7.1.0";
            options.Export.Endpoint = collector;
            options.Export.MaxBackoff = TimeSpan.FromMilliseconds(1);
            options.Export.BatchDelay = TimeSpan.FromMilliseconds(1);
            options.Metrics.Interval = TimeSpan.FromHours(1);
            options.Shutdown.Delay = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseBongsu();
        map(app);
        await app.StartAsync();
        return new TestService(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
