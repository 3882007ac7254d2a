using System.Net;
using Bongsu.AspNetCore.Tests.Collector;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests.Shutdown;

public sealed class GracefulShutdownTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly RecordingLogs _logs = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OtlpCollector _collector = null!;
    private TestService _service = null!;

    public async Task InitializeAsync()
    {
        _collector = await OtlpCollector.StartAsync();
        _service = await TestService.StartAsync(
            _collector.Url,
            app => app.MapGet("/slow/{id}", async (string id) =>
            {
                _entered.SetResult();
                await _release.Task;
                return id;
            }),
            options =>
            {
                // Why so patient: the clock is moved by hand, faster than an export on a busy machine.
                options.Export.Timeout = TimeSpan.FromMinutes(5);
                options.Export.MaxAttempts = 100;
                options.Shutdown.Delay = TimeSpan.FromSeconds(5);
                options.Shutdown.DrainTimeout = TimeSpan.FromSeconds(25);
            },
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_time);
                builder.Logging.AddProvider(_logs);
            });
    }

    public async Task DisposeAsync()
    {
        _release.TrySetResult();
        await _service.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task It_turns_unready_goes_on_serving_and_lets_requests_finish()
    {
        Assert.Equal(HttpStatusCode.OK, (await _service.Client.GetAsync("/readyz")).StatusCode);
        var slow = _service.Client.GetAsync("/slow/7");
        await _entered.Task;
        var stop = _service.App.StopAsync();

        using var ready = await _service.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("stopping", await ready.Content.ReadAsStringAsync());
        using var served = await _service.Client.GetAsync("/missing");
        Assert.Equal(HttpStatusCode.NotFound, served.StatusCode);
        Assert.True(served.Headers.ConnectionClose);
        Assert.False(stop.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(5));
        _release.SetResult();
        await stop;

        Assert.Equal("7", await (await slow).Content.ReadAsStringAsync());
        Assert.Contains(_logs.Messages, m => m.Contains("0 requests were cut"));
        Assert.Contains(_collector.Spans, s => s.Item.Text(5) == "GET /slow/{id}");
    }

    [Fact]
    public async Task Requests_that_do_not_finish_are_cut_and_named()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/slow/7");
        request.Headers.Add("X-Request-Id", "stuck-1");
        var slow = _service.Client.SendAsync(request);
        await _entered.Task;
        var stop = _service.App.StopAsync();
        while (!slow.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
        _release.SetResult();
        await stop;

        Assert.Contains(_logs.Messages, m => m.Contains("GET /slow/{id}, request stuck-1", StringComparison.Ordinal));
        Assert.Contains("1 requests were cut", string.Join('\n', _logs.Messages));
        Assert.Contains(_collector.Logs, l => l.Item.Text(12) == "Cut");
    }
}
