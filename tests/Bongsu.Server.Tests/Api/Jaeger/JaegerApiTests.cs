using System.Net;
using System.Text.Json.Nodes;
using Bongsu.Server.Api.Jaeger;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Jaeger;

public sealed class JaegerApiTests
{
    [Fact]
    public async Task Services_and_operations_are_those_that_sent_spans()
    {
        await using var host = await ShopAsync();
        var services = await GetAsync(host, "services");
        Assert.Equal(["pay", "web"], Texts(services["data"]!));
        Assert.Equal(2, (int)services["total"]!);
        Assert.Null(services["errors"]);
        Assert.Equal(["GET /cart", "GET /pay", "call pay"], Texts((await GetAsync(host, "services/web/operations"))["data"]!));
        var operations = (await GetAsync(host, "operations?service=web&spanKind=client"))["data"]!.AsArray();
        Assert.Equal("""[{"name":"call pay","spanKind":"client"}]""", operations.ToJsonString());
        Assert.Equal(3, (await GetAsync(host, "operations?service=web"))["data"]!.AsArray().Count);
        Assert.Empty((await GetAsync(host, "services/none/operations"))["data"]!.AsArray());
    }

    // Spans may be sampled away or be many; the metrics counted of them as they came know every service.
    [Fact]
    public async Task Services_are_known_from_span_metrics_too()
    {
        await using var host = await ShopAsync();
        var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        host.Store.Add(LabelSet.Of(("__name__", "traces_spanmetrics_calls_total"), ("service_name", "quiet")), (now - 3_600_000, 1));
        Assert.Equal(["pay", "quiet", "web"], Texts((await GetAsync(host, "services"))["data"]!));
    }

    [Fact]
    public async Task Trace_has_the_fields_that_the_page_reads()
    {
        await using var host = await ShopAsync();
        var answer = await GetAsync(host, "traces/1");
        var trace = answer["data"]!.AsArray().Single()!;
        Assert.Equal("00000000000000000000000000000001", (string)trace["traceID"]!);
        var span = trace["spans"]!.AsArray().Single(s => (string)s!["spanID"]! == "000000000000000c")!;
        Assert.Equal("charge", (string)span["operationName"]!);
        Assert.Equal("""[{"refType":"CHILD_OF","traceID":"00000000000000000000000000000001","spanID":"000000000000000b"}]""", span["references"]!.ToJsonString());
        Assert.Equal(Start(host) / 1_000 + 20_000, (long)span["startTime"]!);
        Assert.Equal(70_000, (long)span["duration"]!);
        Assert.Equal("""{"key":"http.status_code","type":"int64","value":502}""", span["tags"]![0]!.ToJsonString());
        Assert.Equal("""{"key":"ratio","type":"float64","value":0.5}""", span["tags"]![1]!.ToJsonString());
        Assert.Equal("""{"key":"big","type":"int64","value":"9007199254740993"}""", span["tags"]![2]!.ToJsonString());
        Assert.Equal(["span.kind=server", "error=true", "otel.status_code=ERROR"], span["tags"]!.AsArray().Skip(3).Select(t => $"{t!["key"]}={t["value"]!.ToString().ToLowerInvariant()}".Replace("=error", "=ERROR")));
        Assert.Empty(span["logs"]!.AsArray());
        Assert.Null(span["warnings"]);
        var process = trace["processes"]![(string)span["processID"]!]!;
        Assert.Equal("pay", (string)process["serviceName"]!);
        Assert.Equal("""[{"key":"host.name","type":"string","value":"node-pay"}]""", process["tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Events_are_logs_and_links_are_references()
    {
        await using var host = await QueryHost.StartAsync();
        var start = Start(host);
        var batch = new SpanBatch();
        batch.Attributes.Add("exception.type", "IOException");
        batch.Events.Add(new SpanEvent(start + 5_000, batch.Arena.Append("exception"), new AttributeRange(0, 1), 0));
        batch.Links.Add(new SpanLink(new TraceId(0, 9), new SpanId(8), default, default, 0, 0));
        batch.Spans.Add(new Span
        {
            Resource = -1,
            Scope = -1,
            TraceId = new TraceId(0, 7),
            SpanId = new SpanId(1),
            StartUnixNano = start,
            EndUnixNano = start + 1_000_000,
            EventCount = 1,
            LinkCount = 1,
            Flags = 0x101,
            TraceState = batch.Arena.Append("a=b"),
        });
        await host.Store.AppendAsync(batch, default);
        var trace = (await GetAsync(host, "traces/7"))["data"]![0]!;
        var span = trace["spans"]![0]!;
        Assert.Equal($$"""[{"timestamp":{{start / 1000 + 5}},"fields":[{"key":"event","type":"string","value":"exception"},{"key":"exception.type","type":"string","value":"IOException"}]}]""", span["logs"]!.ToJsonString());
        Assert.Equal("""[{"refType":"FOLLOWS_FROM","traceID":"00000000000000000000000000000009","spanID":"0000000000000008"}]""", span["references"]!.ToJsonString());
        Assert.Equal(1, (int)span["flags"]!);
        Assert.Equal("w3c.tracestate", (string)span["tags"]![0]!["key"]!);
        Assert.Equal("OTLPResourceNoServiceName", (string)trace["processes"]!["p1"]!["serviceName"]!);
    }

    [Theory]
    [InlineData("service=web", "2 1")]
    [InlineData("service=web&operation=GET%20%2Fcart", "2")]
    [InlineData("service=pay", "1")]
    [InlineData("service=web&limit=1", "2")]
    [InlineData("service=web&minDuration=90ms", "1")]
    [InlineData("service=web&maxDuration=50ms", "2")]
    [InlineData("service=web&minDuration=1s", "")]
    [InlineData("service=pay&tags=%7B%22http.status_code%22%3A%22502%22%7D", "1")]
    [InlineData("service=pay&tags=%7B%22http.status_code%22%3A%22502%22%2C%22ratio%22%3A%220.5%22%7D", "1")]
    [InlineData("service=pay&tag=http.status_code%3A200", "")]
    [InlineData("service=pay&tags=%7B%22error%22%3A%22true%22%7D", "1")]
    [InlineData("service=web&tags=%7B%22error%22%3A%22true%22%7D", "")]
    [InlineData("service=web&tag=span.kind%3Aclient", "1")]
    [InlineData("service=web&tag=otel.status_code%3AERROR", "")]
    [InlineData("service=web&tag=host.name%3Anode-web", "2 1")]
    [InlineData("service=we%22b", "")]
    [InlineData("traceID=1&traceID=2", "1 2")]
    public async Task Search_finds_the_newest_first(string query, string traces)
    {
        await using var host = await ShopAsync();
        var answer = await GetAsync(host, "traces?" + query);
        Assert.Equal(traces, string.Join(' ', answer["data"]!.AsArray().Select(t => ((string)t!["traceID"]!).TrimStart('0'))));
        Assert.Null(answer["errors"]);
    }

    [Fact]
    public async Task Search_keeps_to_its_time()
    {
        await using var host = await ShopAsync();
        var second = Start(host) / 1_000 + 1_000_000;
        Assert.Single((await GetAsync(host, $"traces?service=web&start={second}&end={second + 10_000_000}&lookback=custom"))["data"]!.AsArray());
        Assert.Single((await GetAsync(host, $"traces?service=web&end={second}&lookback=1h"))["data"]!.AsArray());
        Assert.Empty((await GetAsync(host, $"traces?service=web&start={second + 10_000_000}"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Trace_that_is_not_there_is_told_beside_those_that_are()
    {
        await using var host = await ShopAsync();
        var answer = await GetAsync(host, "traces?traceID=1&traceID=ff");
        Assert.Single(answer["data"]!.AsArray());
        Assert.Equal("""[{"code":404,"msg":"trace not found","traceID":"000000000000000000000000000000ff"}]""", answer["errors"]!.ToJsonString());
    }

    [Fact]
    public void Large_traces_are_fetched_few_at_a_time()
    {
        List<(TraceId, int)> traces = [(new TraceId(0, 1), 60_000), (new TraceId(0, 2), 60_000), (new TraceId(0, 3), 900_000), .. Enumerable.Range(4, 25).Select(i => (new TraceId(0, (ulong)i), 10))];
        Assert.Equal([1, 1, 1, 20, 5], JaegerTraces.Groups(traces).Select(g => g.Count));
    }

    [Theory]
    [InlineData("traces/ff", HttpStatusCode.NotFound, "trace not found")]
    [InlineData("traces/x-y", HttpStatusCode.BadRequest, "hexadecimal")]
    [InlineData("traces", HttpStatusCode.BadRequest, "parameter 'service' is required")]
    [InlineData("operations", HttpStatusCode.BadRequest, "parameter 'service' is required")]
    [InlineData("traces?service=a&limit=x", HttpStatusCode.BadRequest, "unable to parse param 'limit'")]
    [InlineData("traces?service=a&start=-5", HttpStatusCode.BadRequest, "unable to parse param 'start'")]
    [InlineData("traces?service=a&start=9223372036854775807", HttpStatusCode.BadRequest, "out of range")]
    [InlineData("traces?service=a&minDuration=soon", HttpStatusCode.BadRequest, "unable to parse param 'minDuration'")]
    [InlineData("traces?service=a&minDuration=2s&maxDuration=1s", HttpStatusCode.BadRequest, "'maxDuration' should be greater than 'minDuration'")]
    [InlineData("traces?service=a&tags=%7B", HttpStatusCode.BadRequest, "malformed 'tags' parameter")]
    [InlineData("traces?service=a&tags=%7B%22a%22%3A1%7D", HttpStatusCode.BadRequest, "malformed 'tags' parameter")]
    [InlineData("traces?service=a&tag=b", HttpStatusCode.BadRequest, "malformed 'tag' parameter, expecting key:value")]
    [InlineData("dependencies?endTs=soon", HttpStatusCode.BadRequest, "unable to parse param 'endTs'")]
    public async Task Wrong_questions_get_their_status_and_say_why(string path, HttpStatusCode status, string message)
    {
        await using var host = await ShopAsync();
        using var response = await host.Client.GetAsync("/jaeger/api/" + path);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(status, response.StatusCode);
        Assert.Null(answer["data"]);
        Assert.Equal((int)status, (int)answer["errors"]![0]!["code"]!);
        Assert.Contains(message, (string)answer["errors"]![0]!["msg"]!);
    }

    [Fact]
    public async Task Dependencies_count_calls_between_services()
    {
        await using var host = await ShopAsync();
        var end = Start(host) / 1_000_000 + 60_000;
        Assert.Equal("""[{"parent":"web","child":"pay","callCount":1}]""", (await GetAsync(host, $"dependencies?endTs={end}&lookback=3600000"))["data"]!.ToJsonString());
        Assert.Empty((await GetAsync(host, $"dependencies?endTs={end}&lookback=3600000&service=none"))["data"]!.AsArray());
        Assert.Empty((await GetAsync(host, $"dependencies?endTs={end - 3_600_000}&lookback=60000"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Broken_spans_are_shown_with_what_is_wrong()
    {
        await using var host = await QueryHost.StartAsync();
        var builder = new SpanBuilder(Start(host))
            .Add(1, 1, 2, "a", "circle", 0, 10).Add(1, 2, 1, "a", "circle", 1, 5)
            .Add(1, 3, 99, "a", "orphan", 2, 1)
            .Add(1, 4, 1, "b", "skewed", -7, 1)
            .Add(1, 5, 5, "a", "itself", 3, 1)
            .Add(1, 6, 0, "a", "backwards", 9, -4);
        await host.Store.AppendAsync(builder.Batch, default);
        var spans = (await GetAsync(host, "traces/1"))["data"]![0]!["spans"]!.AsArray();
        string WarningOf(string name) => string.Join(' ', spans.Where(s => (string)s!["operationName"]! == name).SelectMany(s => s!["warnings"]?.AsArray() ?? []));
        Assert.Contains("the circle is cut here", WarningOf("circle"));
        Assert.Contains("The parent 0000000000000063 is not in the trace", WarningOf("orphan"));
        Assert.Contains("starts 7 ms before its parent on another host", WarningOf("skewed"));
        Assert.Contains("names itself as its parent", WarningOf("itself"));
        Assert.Contains("The end lies 4 ms before the start", WarningOf("backwards"));
        Assert.All(spans, s => Assert.True((long)s!["duration"]! >= 0));
        // What is left of the references is a tree.
        Assert.Equal(1, spans.Count(s => (string)s!["operationName"]! == "circle" && s["references"]!.AsArray().Count == 0));
    }

    [Fact]
    public async Task Chain_of_ten_thousand_spans_is_sent_whole()
    {
        await using var host = await QueryHost.StartAsync();
        var builder = new SpanBuilder(Start(host));
        for (var i = 1; i <= 10_000; i++)
            builder.Add(1, (ulong)i, (ulong)(i - 1), i % 2 == 0 ? "a" : "b", "deep", i, 20_000 - i);
        await host.Store.AppendAsync(builder.Batch, default);
        var trace = (await GetAsync(host, "traces?service=a"))["data"]!.AsArray().Single()!;
        Assert.Equal(10_000, trace["spans"]!.AsArray().Count);
        Assert.All(trace["spans"]!.AsArray(), s => Assert.Null(s!["warnings"]));
        var links = (await GetAsync(host, "dependencies"))["data"]!.AsArray();
        Assert.Equal([("a", "b", 4999), ("b", "a", 5000)], links.Select(l => ((string)l!["parent"]!, (string)l["child"]!, (int)l["callCount"]!)));
    }

    private static long Start(QueryHost host) => (host.Time.GetUtcNow().ToUnixTimeSeconds() - 600) * 1_000_000_000;

    private static async Task<QueryHost> ShopAsync()
    {
        var host = await QueryHost.StartAsync();
        var builder = new SpanBuilder(Start(host))
            .Add(1, 10, 0, "web", "GET /pay", 0, 100, SpanKind.Server)
            .Add(1, 11, 10, "web", "call pay", 10, 80, SpanKind.Client)
            .Add(1, 12, 11, "pay", "charge", 20, 70, SpanKind.Server, SpanStatus.Error, ("http.status_code", 502), ("ratio", 0.5), ("big", 9007199254740993))
            .Add(2, 20, 0, "web", "GET /cart", 5_000, 50, SpanKind.Server);
        await host.Store.AppendAsync(builder.Batch, default);
        return host;
    }

    private static async Task<JsonNode> GetAsync(QueryHost host, string path) => JsonNode.Parse(await host.Client.GetStringAsync("/jaeger/api/" + path))!;

    private static List<string> Texts(JsonNode array) => [.. array.AsArray().Select(t => (string)t!)];
}
