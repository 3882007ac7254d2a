using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Tests.Collector;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests.Export;

public sealed class OtlpSenderTests : IAsyncLifetime
{
    private readonly BongsuOptions _options = new();
    private readonly RecordingLogs _logs = new();
    private ServiceProvider _services = null!;
    private ExporterMetrics _metrics = null!;
    private OtlpCollector _collector = null!;

    public async Task InitializeAsync()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _metrics = new ExporterMetrics(_services.GetRequiredService<IMeterFactory>());
        _collector = await OtlpCollector.StartAsync();
        _options.Export.Endpoint = _collector.Url;
        _options.Export.MaxBackoff = TimeSpan.FromMilliseconds(1);
    }

    public async Task DisposeAsync()
    {
        await _collector.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_busy_collector_is_tried_again_with_the_same_body(int status)
    {
        _collector.Answer = (context, n) =>
        {
            context.Response.StatusCode = n < 3 ? status : 200;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        };

        await SendAsync(Signal.Traces, items: 4, attempts: 5);

        Assert.Equal(3, _collector.Requests.Count);
        Assert.All(_collector.Requests, r => Assert.Equal([1, 2, 3], r.Body));
        Assert.Equal(0, _metrics.DroppedTotal(Signal.Traces));
    }

    [Fact]
    public async Task Attempts_are_bounded_and_the_loss_is_counted_and_said_once()
    {
        _collector.Answer = (context, _) => Status(context, 503);
        using var sender = Sender();

        await sender.SendAsync(Signal.Logs, new byte[] { 1 }, 4, 3, default);
        await sender.SendAsync(Signal.Logs, new byte[] { 1 }, 5, 3, default);

        Assert.Equal(6, _collector.Requests.Count);
        Assert.Equal(9, _metrics.DroppedTotal(Signal.Logs));
        Assert.Single(_logs.Messages);
    }

    [Fact]
    public async Task A_refused_body_is_not_tried_again()
    {
        _collector.Answer = (context, _) => Status(context, 400);
        await SendAsync(Signal.Traces, items: 4, attempts: 5);
        Assert.Single(_collector.Requests);
        Assert.Equal(4, _metrics.DroppedTotal(Signal.Traces));
    }

    [Fact]
    public async Task A_partial_success_counts_the_rejected_and_is_said_once()
    {
        _collector.Answer = async (context, _) =>
        {
            using var answer = new ProtoWriter();
            var partial = answer.Begin(1);
            answer.Varint(1, 3);
            answer.Text(2, "too old");
            answer.End(partial);
            await context.Response.Body.WriteAsync(answer.Written);
        };
        using var sender = Sender();

        await sender.SendAsync(Signal.Metrics, new byte[] { 1 }, 10, 5, default);
        await sender.SendAsync(Signal.Metrics, new byte[] { 1 }, 10, 5, default);

        Assert.Equal(2, _collector.Requests.Count);
        Assert.Equal(6, _metrics.DroppedTotal(Signal.Metrics));
        Assert.Contains("too old", Assert.Single(_logs.Messages));
    }

    [Fact]
    public async Task Nobody_listening_costs_the_batch_and_no_exception()
    {
        await _collector.DisposeAsync();
        await SendAsync(Signal.Traces, items: 4, attempts: 2);
        Assert.Equal(4, _metrics.DroppedTotal(Signal.Traces));
        Assert.Single(_logs.Messages);
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_is_given_up_at_shutdown()
    {
        using var reached = new SemaphoreSlim(0);
        _collector.Answer = async (context, _) =>
        {
            reached.Release();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using var sender = Sender();
        using var abandon = new CancellationTokenSource();
        var send = sender.SendAsync(Signal.Traces, new byte[] { 1 }, 4, 5, abandon.Token);
        await reached.WaitAsync();

        await abandon.CancelAsync();
        await send;

        Assert.Equal(4, _metrics.DroppedTotal(Signal.Traces));
    }

    [Fact]
    public async Task Headers_are_sent_and_bodies_compressed_when_asked()
    {
        _options.Export.Headers["Authorization"] = "Bearer abc";
        _options.Export.Gzip = true;
        await SendAsync(Signal.Logs, items: 1, attempts: 1);

        var request = Assert.Single(_collector.Requests);
        Assert.Equal("/v1/logs", request.Path);
        Assert.Equal("Bearer abc", request.Headers["Authorization"]);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        Assert.Equal("application/x-protobuf", request.Headers["Content-Type"]);
        Assert.Equal([1, 2, 3], request.Body);
        Assert.False(request.Headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData(1, 0.0, 1000)]
    [InlineData(3, 0.0, 4000)]
    [InlineData(3, 1.0, 2000)]
    [InlineData(60, 0.0, 30_000)]
    public void Waits_double_up_to_the_bound(int attempt, double jitter, int expectedMs) =>
        Assert.Equal(expectedMs, RetryDelay.After(attempt, null, TimeSpan.FromSeconds(30), jitter).TotalMilliseconds);

    [Theory]
    [InlineData(5, 5)]
    [InlineData(3600, 30)]
    [InlineData(-3, 1)]
    public void Retry_after_is_honoured_within_the_bound(int askedSeconds, int expectedSeconds) =>
        Assert.Equal(expectedSeconds, RetryDelay.After(1, TimeSpan.FromSeconds(askedSeconds), TimeSpan.FromSeconds(30), 0).TotalSeconds);

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private OtlpSender Sender() => new(_options, _metrics, TimeProvider.System, _logs.CreateLogger<OtlpSender>());

    private async Task SendAsync(Signal signal, int items, int attempts)
    {
        using var sender = Sender();
        await sender.SendAsync(signal, new byte[] { 1, 2, 3 }, items, attempts, default);
    }
}
