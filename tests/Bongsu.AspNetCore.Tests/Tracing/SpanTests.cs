using System.Diagnostics;
using Bongsu.AspNetCore.Tests.Collector;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore.Tests.Tracing;

public sealed class SpanTests : IAsyncLifetime
{
    private const int Server = 2;
    private const int Client = 3;
    private OtlpCollector _collector = null!;

    public async Task InitializeAsync() => _collector = await OtlpCollector.StartAsync();

    public async Task DisposeAsync() => await _collector.DisposeAsync();

    [Fact]
    public async Task A_server_span_follows_the_conventions()
    {
        await RunAsync(client => client.GetAsync("/products/7?token=s3cret"));

        var span = Assert.Single(_collector.Spans, s => s.Item.Number(6) == Server);
        Assert.Equal("GET /products/{id}", span.Item.Text(5));
        Assert.Equal("/products/{id}", span.SpanAttributes["http.route"]);
        Assert.Equal("GET", span.SpanAttributes["http.request.method"]);
        Assert.Equal(200L, span.SpanAttributes["http.response.status_code"]);
        Assert.Equal("http", span.SpanAttributes["url.scheme"]);
        Assert.Equal("/products/7", span.SpanAttributes["url.path"]);
        Assert.False(span.SpanAttributes.ContainsKey("error.type"));
        Assert.False(span.Item.Has(15));
        Assert.Equal(16, span.Item.Bytes(1).Length);
        Assert.Equal(8, span.Item.Bytes(2).Length);
        Assert.True(span.Item.Number(8) >= span.Item.Number(7));
    }

    [Fact]
    public async Task The_resource_says_who_speaks()
    {
        await RunAsync(client => client.GetAsync("/products/7"));

        var resource = _collector.Spans[0].Resource;
        Assert.Equal("test-service", resource["service.name"]);
        Assert.Equal("7.1.0", resource["service.version"]);
        Assert.Equal("bongsu", resource["telemetry.sdk.name"]);
        Assert.Equal("dotnet", resource["telemetry.sdk.language"]);
        Assert.Equal((long)Environment.ProcessId, resource["process.pid"]);
        Assert.Contains(Environment.ProcessId.ToString(), (string)resource["service.instance.id"]!);
        Assert.All(_collector.Spans, s => Assert.Equal(resource["service.instance.id"], s.Resource["service.instance.id"]));
    }

    [Theory]
    [InlineData("/broken", "System.InvalidOperationException", ErrorClasses.Bug)]
    [InlineData("/returns/500", "500", ErrorClasses.Bug)]
    [InlineData("/returns/504", "504", ErrorClasses.DependencyTimeout)]
    public async Task A_failure_is_an_error_with_type_and_class(string path, string errorType, string errorClass)
    {
        await RunAsync(client => client.GetAsync(path));

        var span = Assert.Single(_collector.Spans);
        Assert.Equal(2UL, span.Item.One(15).Number(3));
        Assert.Equal(errorType, span.SpanAttributes["error.type"]);
        Assert.Equal(errorClass, span.SpanAttributes["error.class"]);
    }

    [Fact]
    public async Task A_callers_mistake_is_no_error_of_the_server_span()
    {
        await RunAsync(client => client.GetAsync("/returns/422"));
        var span = Assert.Single(_collector.Spans);
        Assert.False(span.Item.Has(15));
        Assert.False(span.SpanAttributes.ContainsKey("error.type"));
        Assert.Equal(ErrorClasses.Validation, span.SpanAttributes["error.class"]);
    }

    [Fact]
    public async Task An_unmatched_path_makes_no_name_of_its_own()
    {
        await RunAsync(client => client.GetAsync("/no/such/12345"));
        var span = Assert.Single(_collector.Spans);
        Assert.Equal("GET", span.Item.Text(5));
        Assert.False(span.SpanAttributes.ContainsKey("http.route"));
        Assert.Equal(404L, span.SpanAttributes["http.response.status_code"]);
    }

    [Fact]
    public async Task A_call_is_one_trace_across_services_and_shows_no_query()
    {
        await RunAsync(client => client.GetAsync("/calls"));

        var outer = Assert.Single(_collector.Spans, s => s.Item.Text(5) == "GET /calls");
        var call = Assert.Single(_collector.Spans, s => s.Item.Number(6) == Client);
        var inner = Assert.Single(_collector.Spans, s => s.Item.Text(5) == "GET /products/{id}");
        Assert.Equal(outer.Item.Hex(1), call.Item.Hex(1));
        Assert.Equal(outer.Item.Hex(2), call.Item.Hex(4));
        Assert.Equal(call.Item.Hex(2), inner.Item.Hex(4));
        Assert.Equal("GET", call.Item.Text(5));
        Assert.Equal("GET", call.SpanAttributes["http.request.method"]);
        Assert.Equal(200L, call.SpanAttributes["http.response.status_code"]);
        Assert.EndsWith("/products/9", (string)call.SpanAttributes["url.full"]!);
        Assert.True(call.SpanAttributes.ContainsKey("server.port"));
    }

    [Fact]
    public async Task The_exporters_own_calls_leave_no_span_metric_or_log()
    {
        _collector.Answer = (context, n) =>
        {
            // Failures too: they are logged, and those lines must not be exported either.
            context.Response.StatusCode = n % 2 == 0 ? 503 : 200;
            return Task.CompletedTask;
        };
        await RunAsync(async client =>
        {
            for (var i = 0; i < 5; i++)
                await client.GetAsync("/products/7");
        });

        Assert.DoesNotContain(_collector.Spans, s => s.Item.Number(6) == Client);
        Assert.DoesNotContain(_collector.Logs, l => l.Scope.StartsWith("Bongsu.AspNetCore.Export", StringComparison.Ordinal));
        var port = (long)_collector.Url.Port;
        Assert.DoesNotContain(
            _collector.Metrics.SelectMany(m => m.Item.All(9)).SelectMany(h => h.All(1)).Select(p => p.Attributes(9)),
            a => a.TryGetValue("server.port", out var seen) && Equals(seen, port));
    }

    [Theory]
    [InlineData("01", 1)]
    [InlineData("00", 0)]
    public async Task The_callers_sampling_decision_is_followed(string flags, int expected)
    {
        await RunAsync(async client =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/products/7");
            request.Headers.Add("traceparent", $"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}");
            await client.SendAsync(request);
        });
        Assert.Equal(expected, _collector.Spans.Count(s => s.Item.Number(6) == Server && s.Item.Hex(1) == "0af7651916cd43dd8448eb211c80319c" && s.Item.Hex(4) == "b7ad6b7169203331"));
    }

    [Fact]
    public async Task A_ratio_of_zero_keeps_no_new_trace()
    {
        await RunAsync(client => client.GetAsync("/products/7"), options => options.Traces.SampleRatio = 0);
        Assert.Empty(_collector.Spans);
    }

    [Fact]
    public async Task Only_headers_that_are_allowed_are_captured()
    {
        await RunAsync(async client =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/products/7");
            request.Headers.Add("X-Tenant", "tea-house");
            request.Headers.Add("X-Other", "quiet");
            await client.SendAsync(request);
        }, options => options.Requests.CapturedHeaders.Add("X-Tenant"));
        var span = Assert.Single(_collector.Spans);
        Assert.Equal(["tea-house"], (object[])span.SpanAttributes["http.request.header.x-tenant"]!);
        Assert.DoesNotContain("quiet", span.SpanAttributes.Values);
        Assert.DoesNotContain(span.SpanAttributes.Keys, k => k.EndsWith("x-other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_span_whose_values_throw_costs_no_other_span()
    {
        using var source = new ActivitySource("test-service");
        await RunAsync(client =>
        {
            using (var odd = source.StartActivity("odd"))
                odd!.SetTag("bad", new Throwing()).SetTag("worse", Throwing.Elements());
            using (source.StartActivity("even"))
                return Task.CompletedTask;
        }, options =>
        {
            options.Export.BatchSize = 1;
            options.Export.QueueSize = 64;
        });
        Assert.Contains(_collector.Spans, s => s.Item.Text(5) == "even");
    }

    private sealed class Throwing
    {
        public override string ToString() => throw new InvalidOperationException();

        public static IEnumerable<int> Elements()
        {
            yield return 1;
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Events_links_and_values_of_every_kind_arrive()
    {
        using var source = new ActivitySource("test-service");
        await RunAsync(client =>
        {
            var link = new ActivityLink(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
            using var activity = source.StartActivity("work", ActivityKind.Consumer, default(ActivityContext), links: [link]);
            activity!.SetTag("text", "차").SetTag("truth", true).SetTag("whole", -3).SetTag("part", 0.5).SetTag("list", new[] { "a", "b" }).SetTag("long", new string('x', 100));
            activity.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection { ["attempt"] = 2 }));
            activity.SetStatus(ActivityStatusCode.Error, "no stock");
            return Task.CompletedTask;
        }, options => options.Export.MaxValueLength = 16);

        var span = Assert.Single(_collector.Spans);
        Assert.Equal(5UL, span.Item.Number(6));
        Assert.Equal("차", span.SpanAttributes["text"]);
        Assert.Equal(true, span.SpanAttributes["truth"]);
        Assert.Equal(-3L, span.SpanAttributes["whole"]);
        Assert.Equal(0.5, span.SpanAttributes["part"]);
        Assert.Equal(["a", "b"], (object[])span.SpanAttributes["list"]!);
        Assert.Equal(new string('x', 16), span.SpanAttributes["long"]);
        Assert.Equal(2L, span.Item.One(11).Attributes(3)["attempt"]);
        Assert.Equal(16, span.Item.One(13).Bytes(1).Length);
        Assert.Equal("no stock", span.Item.One(15).Text(2));
    }

    private async Task RunAsync(Func<HttpClient, Task> use, Action<BongsuOptions>? configure = null)
    {
        await using var service = await TestService.StartAsync(_collector.Url, Map, configure);
        // Why: the test's own client would make client spans of its own.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = service.Client.BaseAddress };
        Own = client.BaseAddress!;
        await use(client);
        await service.App.StopAsync();
    }

    private Uri Own { get; set; } = null!;

    private void Map(WebApplication app)
    {
        app.MapGet("/products/{id}", (string id) => id);
        app.MapGet("/returns/{status:int}", (int status) => Results.StatusCode(status)).WithName("returns");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken on purpose"));
        app.MapGet("/calls", async () =>
        {
            using var peer = new HttpClient();
            return await peer.GetStringAsync(new Uri(Own, "/products/9?token=s3cret"));
        });
    }
}
