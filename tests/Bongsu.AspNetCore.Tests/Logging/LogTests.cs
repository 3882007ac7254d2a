using System.Text;
using Bongsu.AspNetCore.Tests.Collector;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Tests.Logging;

public sealed class LogTests : IAsyncLifetime
{
    private OtlpCollector _collector = null!;

    public async Task InitializeAsync() => _collector = await OtlpCollector.StartAsync();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task Each_request_leaves_one_summary_with_route_outcome_and_ids()
    {
        await RunAsync("/products/7?token=s3cret", "caller-1");

        var summary = Assert.Single(_collector.Logs, l => l.Item.Text(12) == "http.summary");
        var span = Assert.Single(_collector.Spans);
        Assert.Equal("INFO", summary.Item.Text(3));
        Assert.Equal(9UL, summary.Item.Number(2));
        Assert.Equal("/products/{id}", summary.LogAttributes["http.route"]);
        Assert.Equal("GET", summary.LogAttributes["http.request.method"]);
        Assert.Equal(200L, summary.LogAttributes["http.response.status_code"]);
        Assert.IsType<double>(summary.LogAttributes["duration_ms"]);
        Assert.Equal("caller-1", summary.LogAttributes["request_id"]);
        Assert.Equal(span.Item.Hex(1), summary.Item.Hex(9));
        Assert.Equal(span.Item.Hex(2), summary.Item.Hex(10));
    }

    [Fact]
    public async Task Every_line_of_a_request_carries_its_ids_and_arguments()
    {
        await RunAsync("/products/7", "caller-2");

        var line = Assert.Single(_collector.Logs, l => l.Scope == "Shop.Test");
        Assert.Equal("Looked up 7 of 3", line.Item.One(5).AnyValue());
        Assert.Equal("7", line.LogAttributes["ProductId"]);
        Assert.Equal(3L, line.LogAttributes["Count"]);
        Assert.Equal("Looked up {ProductId} of {Count}", line.LogAttributes["log.template"]);
        Assert.Equal("caller-2", line.LogAttributes["request_id"]);
        Assert.Equal("tea", line.LogAttributes["Campaign"]);
        Assert.Equal(16, line.Item.Bytes(9).Length);
        Assert.False(line.LogAttributes.ContainsKey("RequestPath"));
    }

    [Fact]
    public async Task An_exception_is_told_once_with_type_message_and_stack()
    {
        await RunAsync("/broken", null);

        var error = Assert.Single(_collector.Logs, l => l.Item.Number(2) >= 17);
        Assert.Equal("http.summary", error.Item.Text(12));
        Assert.Equal("ERROR", error.Item.Text(3));
        Assert.Equal(500L, error.LogAttributes["http.response.status_code"]);
        Assert.Equal("System.InvalidOperationException", error.LogAttributes["exception.type"]);
        Assert.Equal("broken on purpose", error.LogAttributes["exception.message"]);
        Assert.Contains(nameof(LogTests), (string)error.LogAttributes["exception.stacktrace"]!);
        Assert.Equal(ErrorClasses.Bug, error.LogAttributes["error.class"]);
        Assert.Equal("System.InvalidOperationException", error.LogAttributes["error.type"]);
    }

    [Fact]
    public async Task An_exception_that_a_handler_answered_is_still_known()
    {
        await RunAsync("/broken", null, app => app.UseExceptionHandler(handler => handler.Run(c => c.Response.WriteAsync("sorry"))));
        var summary = Assert.Single(_collector.Logs, l => l.Item.Text(12) == "http.summary");
        Assert.Equal("/broken", summary.LogAttributes["http.route"]);
        Assert.Equal("System.InvalidOperationException", summary.LogAttributes["exception.type"]);
    }

    [Fact]
    public async Task Calls_made_for_a_request_are_summed_in_its_summary()
    {
        await RunAsync("/calls", null);
        var summary = Assert.Single(_collector.Logs, l => l.LogAttributes.TryGetValue("http.route", out var route) && Equals(route, "/calls"));
        Assert.Equal(2L, summary.LogAttributes["downstream_calls"]);
        Assert.True((double)summary.LogAttributes["downstream_ms"]! > 0);
        Assert.False(summary.LogAttributes.ContainsKey("db_ms"));
    }

    [Fact]
    public async Task No_query_string_or_secret_header_leaves_the_process()
    {
        await RunAsync("/products/7?token=s3cret", "caller-3");
        await RunAsync("/calls?token=s3cret", "caller-3");
        Assert.NotEmpty(_collector.Requests);
        Assert.All(_collector.Requests, r => Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString(r.Body)));
    }

    [Theory]
    [InlineData("abc-123_4.5:6", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    [InlineData("", false)]
    public async Task A_request_id_is_taken_over_only_if_sane_and_always_echoed(string given, bool isKept)
    {
        var echoed = await RunAsync("/products/7", given);
        Assert.Equal(isKept, echoed == given);
        Assert.Matches("^[A-Za-z0-9._:-]+$", echoed);
        Assert.All(_collector.Logs.Where(l => l.Item.Text(12) == "http.summary"), l => Assert.Equal(echoed, l.LogAttributes["request_id"]));
    }

    [Fact]
    public async Task A_failed_request_that_a_handler_answered_echoes_its_id_too() =>
        Assert.Equal("caller-9", await RunAsync("/broken", "caller-9", app => app.UseExceptionHandler(handler => handler.Run(c => c.Response.WriteAsync("sorry")))));

    [Fact]
    public async Task Overlong_request_ids_are_replaced() => Assert.Equal(32, (await RunAsync("/products/7", new string('a', 129))).Length);

    private async Task<string> RunAsync(string path, string? requestId, Action<WebApplication>? use = null)
    {
        await using var service = await TestService.StartAsync(_collector.Url, app =>
        {
            use?.Invoke(app);
            Map(app);
        });
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = service.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer s3cret");
        if (requestId is not null)
            request.Headers.TryAddWithoutValidation("X-Request-Id", requestId);
        using var response = await client.SendAsync(request);
        await service.App.StopAsync();
        return response.Headers.TryGetValues("X-Request-Id", out var echoed) ? echoed.Single() : "";
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/products/{id}", (string id, ILoggerFactory loggers) =>
        {
            var logger = loggers.CreateLogger("Shop.Test");
            using var scope = logger.BeginScope(new Dictionary<string, object?> { ["Campaign"] = "tea" });
            logger.LogInformation("Looked up {ProductId} of {Count}", id, 3);
            return id;
        });
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken on purpose"));
        app.MapGet("/calls", async (HttpRequest request) =>
        {
            using var peer = new HttpClient();
            var product = new Uri($"http://{request.Host}/products/9?token=s3cret");
            return await peer.GetStringAsync(product) + await peer.GetStringAsync(product);
        });
    }
}
