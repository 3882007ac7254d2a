using System.Net;
using System.Text.Json.Nodes;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Tempo;

public sealed class TempoApiTests
{
    private const string Id = "0102030405060708090a0b0c0d0e0f10";

    [Fact]
    public async Task Trace_keeps_every_field_of_its_spans()
    {
        await using var host = await HostWithTraceAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync($"/tempo/api/traces/{Id}"))!;
        var scopeSpans = answer["batches"]![0]!["scopeSpans"]![0]!;
        var span = scopeSpans["spans"]![0]!;
        Assert.Equal("AQIDBAUGBwgJCgsMDQ4PEA==", (string)span["traceId"]!);
        Assert.Equal("lib", (string)scopeSpans["scope"]!["name"]!);
        Assert.Equal("a=b", (string)span["traceState"]!);
        Assert.Equal("SPAN_KIND_CLIENT", (string)span["kind"]!);
        Assert.Equal(3, (int)span["droppedAttributesCount"]!);
        Assert.Equal(4, (int)span["droppedEventsCount"]!);
        Assert.Equal(5, (int)span["droppedLinksCount"]!);
        Assert.Equal("9007199254740993", (string)span["attributes"]![0]!["value"]!["intValue"]!);
        Assert.Equal("boom", (string)span["events"]![0]!["name"]!);
        Assert.Equal("STATUS_CODE_ERROR", (string)span["status"]!["code"]!);
        Assert.Equal("why", (string)span["status"]!["message"]!);
    }

    [Theory]
    [InlineData("/tempo/api/traces/ff", HttpStatusCode.NotFound)]
    [InlineData("/tempo/api/v2/traces/xyz", HttpStatusCode.BadRequest)]
    [InlineData("/bongsu/v1/traces/ff/analysis", HttpStatusCode.NotFound)]
    [InlineData("/bongsu/v1/traces/xyz/analysis", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/search?q=%7B", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/search?start=99999999999999", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query_range?q=%7B%7D%20%7C%20rate()&start=2000&end=1000", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query_range?q=%7B%7D%20%7C%20rate()&start=soon", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query_range?q=%7B%7D%20%7C%20rate()&step=0", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query_range?q=%7B%7D%20%7C%20rate()&step=1ms", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query_range?q=%7B%7D", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/metrics/query?q=%7B%7D%20%7C%20rate(", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/v2/traces/0102030405060708090a0b0c0d0e0f10?q=%7B%7D%20%3E%20%7B%7D", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/v2/traces/0102030405060708090a0b0c0d0e0f10?q=%7B%7D&match_depth=-2", HttpStatusCode.BadRequest)]
    [InlineData("/tempo/api/v2/traces/0102030405060708090a0b0c0d0e0f10?start=5&end=10", HttpStatusCode.NotFound)]
    [InlineData("/tempo/api/v2/search/tag/bogus:name/values", HttpStatusCode.BadRequest)]
    public async Task Wrong_questions_get_their_status(string path, HttpStatusCode status)
    {
        await using var host = await HostWithTraceAsync();
        using var response = await host.Client.GetAsync(path);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Analysis_is_what_the_page_expects()
    {
        await using var host = await HostWithTraceAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync($"/bongsu/v1/traces/{Id}/analysis"))!;
        Assert.Equal(Id, (string)answer["traceId"]!);
        Assert.Equal("shop", (string)answer["rootService"]!);
        Assert.Equal(1, (int)answer["errorCount"]!);
        Assert.Equal("shop", (string)answer["services"]![0]!);
        Assert.Equal(1_000_000, (long)answer["criticalPath"]![0]!["toNanos"]!);
        Assert.Equal("payments", (string)answer["widestWait"]!["peer"]!);
    }

    // Clients of Tempo refuse fields that are not in its messages.
    [Fact]
    public async Task Search_has_the_fields_of_Tempo_and_no_others()
    {
        await using var host = await HostWithTraceAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/tempo/api/search?q=%7B%7D"))!;
        Assert.Equal(["traces", "metrics"], Keys(answer));
        Assert.Equal(["inspectedTraces", "inspectedSpans", "completedJobs", "totalJobs"], Keys(answer["metrics"]!));
        var trace = answer["traces"]![0]!;
        Assert.Equal(["traceID", "rootServiceName", "rootTraceName", "startTimeUnixNano", "durationMs", "spanSet", "spanSets", "serviceStats"], Keys(trace));
        Assert.Equal("""{"shop":{"spanCount":1,"errorCount":1}}""", trace["serviceStats"]!.ToJsonString());
        Assert.Equal(["spans", "matched"], Keys(trace["spanSet"]!));
        Assert.Equal(["spanID", "name", "startTimeUnixNano", "durationNanos", "attributes"], Keys(trace["spanSet"]!["spans"]![0]!));
        Assert.Equal(["trace", "metrics", "status"], Keys(JsonNode.Parse(await host.Client.GetStringAsync($"/tempo/api/v2/traces/{Id}"))!));
    }

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(p => p.Key);

    private static async Task<QueryHost> HostWithTraceAsync()
    {
        var host = await QueryHost.StartAsync();
        var batch = new SpanBatch();
        var start = host.Time.GetUtcNow().ToUnixTimeSeconds() * 1_000_000_000 - 60_000_000_000;
        TraceId.TryParse(Id, out var traceId);
        batch.Attributes.Add("service.name", "shop");
        batch.Resources.Add(new Resource(new AttributeRange(0, 1), default));
        batch.Scopes.Add(new Scope(batch.Arena.Append("lib"), default, default, default));
        batch.Attributes.Add(batch.Arena.Append("big"), AttributeValue.OfInt(9007199254740993));
        batch.Attributes.Add("peer.service", "payments");
        batch.Events.Add(new SpanEvent(start + 5, batch.Arena.Append("boom"), default, 1));
        batch.Spans.Add(new Span
        {
            TraceId = traceId,
            SpanId = new SpanId(7),
            TraceState = batch.Arena.Append("a=b"),
            Name = batch.Arena.Append("pay"),
            Kind = SpanKind.Client,
            Status = SpanStatus.Error,
            StatusMessage = batch.Arena.Append("why"),
            StartUnixNano = start,
            EndUnixNano = start + 1_000_000,
            Attributes = new AttributeRange(1, 2),
            EventCount = 1,
            DroppedAttributes = 3,
            DroppedEvents = 4,
            DroppedLinks = 5,
        });
        await host.Store.AppendAsync(batch, default);
        return host;
    }
}
