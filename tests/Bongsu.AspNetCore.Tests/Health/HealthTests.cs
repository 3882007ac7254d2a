using System.Net;
using System.Text.Json;
using Bongsu.AspNetCore.Health;
using Bongsu.AspNetCore.Tests.Collector;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bongsu.AspNetCore.Tests.Health;

public sealed class HealthTests
{
    private readonly ManualTime _time = new();
    private bool _database = true;
    private bool _cache = true;

    [Fact]
    public async Task Readiness_follows_hard_dependencies_and_tells_no_secret()
    {
        await using var service = await StartAsync();
        var checks = service.App.Services.GetRequiredService<HealthChecks>();
        await checks.RunAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), await GetAsync(service, "/readyz"));

        _cache = false;
        await checks.RunAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), await GetAsync(service, "/readyz"));

        _database = false;
        await checks.RunAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unready"), await GetAsync(service, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, "alive"), await GetAsync(service, "/livez"));
        Assert.Equal((HttpStatusCode.OK, "started"), await GetAsync(service, "/startupz"));
        var body = await service.Client.GetStringAsync("/startupz");
        Assert.DoesNotContain("s3cret", body);
        var states = JsonDocument.Parse(body).RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c);
        Assert.Equal("unhealthy", states["database"].GetProperty("state").GetString());
        Assert.Equal("hard", states["database"].GetProperty("importance").GetString());
        Assert.Equal(ErrorClasses.DependencyTimeout, states["database"].GetProperty("reason").GetString());
        Assert.Equal("soft", states["cache"].GetProperty("importance").GetString());

        _database = true;
        await checks.RunAsync();
        Assert.Equal((HttpStatusCode.OK, "ready"), await GetAsync(service, "/readyz"));
    }

    [Fact]
    public async Task A_service_whose_dependency_never_came_has_not_started()
    {
        _database = false;
        await using var service = await StartAsync();
        await service.App.Services.GetRequiredService<HealthChecks>().RunAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "starting"), await GetAsync(service, "/startupz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "starting"), await GetAsync(service, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, "alive"), await GetAsync(service, "/livez"));
    }

    [Fact]
    public async Task A_check_that_hangs_times_out_is_not_piled_up_and_holds_up_no_other()
    {
        var started = 0;
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var service = await StartAsync(options =>
        {
            options.Health.AddDependency("slow", (_, _) =>
            {
                Interlocked.Increment(ref started);
                begun.TrySetResult();
                return release.Task;
            }, DependencyImportance.Soft, TimeSpan.FromMilliseconds(500));
        });
        var checks = service.App.Services.GetRequiredService<HealthChecks>();
        for (var round = 0; round < 3; round++)
        {
            var run = checks.RunAsync();
            await begun.Task;
            // Past the slow one's limit and before the others'.
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await run;
        }
        Assert.Equal("timeout", Assert.Single(checks.States, s => s.Dependency.Name == "slow").Reason);
        Assert.True(Assert.Single(checks.States, s => s.Dependency.Name == "database").Healthy);
        Assert.Equal(1, started);
        release.SetResult();
    }

    [Fact]
    public async Task Probes_leave_no_telemetry()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var service = await TestService.StartAsync(collector.Url, _ => { });
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = service.Client.BaseAddress };
        await client.GetAsync("/livez");
        await client.GetAsync("/readyz");
        await service.App.StopAsync();
        Assert.Empty(collector.Spans);
        Assert.DoesNotContain(collector.Logs, l => l.Item.Text(12) == "http.summary");
        Assert.DoesNotContain(collector.Metrics, m => m.Item.Text(1) == "http.server.request.duration");
    }

    private static async Task<(HttpStatusCode, string?)> GetAsync(TestService service, string path)
    {
        using var response = await service.Client.GetAsync(path);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString());
    }

    private Task<TestService> StartAsync(Action<BongsuOptions>? configure = null) => TestService.StartAsync(
        new Uri("http://127.0.0.1:1"), _ => { },
        options =>
        {
            options.Export.Enabled = false;
            // Far apart: the test runs the rounds.
            options.Health.Interval = TimeSpan.FromHours(1);
            options.Health.AddDependency("database", (_, _) => _database ? Task.CompletedTask : throw new TimeoutException("password=s3cret"));
            options.Health.AddDependency("cache", (_, _) => _cache ? Task.CompletedTask : throw new InvalidOperationException("s3cret"), DependencyImportance.Soft);
            configure?.Invoke(options);
        },
        builder => builder.Services.AddSingleton<TimeProvider>(_time));
}
