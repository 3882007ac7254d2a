using System.Net;
using System.Text.Json.Nodes;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class TracesApiTests
{
    private const long StartNanos = 1_700_000_000_000_000_000;

    [Fact]
    public async Task Trace_is_told_in_columns_earliest_span_first()
    {
        var answer = await AnswerAsync(new SpanBuilder(StartNanos)
            .Add(1, 3, 2, "payments", "POST /charge", 20, 60, SpanKind.Server, SpanStatus.Error, ("http.response.status_code", 503), ("ok", false), ("ratio", 0.5), ("code", "503"))
            .Add(1, 2, 1, "orders", "POST payments", 10, 80, SpanKind.Client)
            .Add(1, 1, 0, "orders", "POST /orders", 0, 100, SpanKind.Server));
        var spans = answer["spans"]!;
        Assert.Equal("""["0000000000000001","0000000000000002","0000000000000003"]""", Text(spans["id"]));
        Assert.Equal("[-1,0,1]", Text(spans["parent"]));
        Assert.Equal("[0,10000000,20000000]", Text(spans["start"]));
        Assert.Equal("[100000000,90000000,80000000]", Text(spans["end"]));
        Assert.Equal("[2,3,2]", Text(spans["kind"]));
        Assert.Equal("[0,0,2]", Text(spans["status"]));
        Assert.Equal("[[0,0,10000000],[1,10000000,20000000],[2,20000000,80000000],[1,80000000,90000000],[0,90000000,100000000]]", Text(answer["criticalPath"]));
        Assert.Equal("""{"row":1,"peer":"payments","nanos":20000000}""", Text(answer["widestWait"]));
        Assert.Equal("[]", Text(answer["oddities"]));
        Assert.Equal(["http.response.status_code", 503L, "ok", false, "ratio", 0.5, "code", "503"], Told(answer, spans["attributes"]![2]!));
        Assert.Equal(["service.name", "payments", "host.name", "node-payments"], Told(answer, answer["resources"]![(int)spans["resource"]![2]!]!));
    }

    [Fact]
    public async Task What_is_odd_about_a_span_stands_beside_it()
    {
        var answer = await AnswerAsync(new SpanBuilder(StartNanos)
            .Add(1, 1, 0, "a", "root", 10, 100)
            .Add(1, 2, 1, "b", "early", 5, 10)
            .Add(1, 3, 99, "a", "orphan", 20, 10)
            .Add(1, 4, 4, "a", "own parent", 30, 10)
            .Add(1, 5, 1, "a", "backwards", 40, -20));
        Assert.Equal("""[[0,16,"0000000000000001"],[2,2,"0000000000000063"],[3,4,"0000000000000004"],[4,8,"0000000000000001"]]""", Text(answer["oddities"]));
        Assert.Equal("[1,-1,-1,-1,1]", Text(answer["spans"]!["parent"]));
        Assert.Equal(15_000_000, (long)answer["spans"]!["end"]![4]!);
    }

    [Fact]
    public async Task Numbers_that_a_browser_cannot_hold_and_long_texts_are_told_as_such()
    {
        var answer = await AnswerAsync(new SpanBuilder(StartNanos)
            .Add(1, 1, 0, "a", "root", 0, 1, attributes: [("big", long.MaxValue), ("nan", double.NaN), ("long", new string('x', 5000))]));
        var told = Told(answer, answer["spans"]!["attributes"]![0]!);
        Assert.Equal("""{"kind":"int","text":"9223372036854775807"}""", told[1]);
        Assert.Equal("""{"kind":"double","text":"NaN"}""", told[3]);
        Assert.Equal($$"""{"kind":"text","text":"{{new string('x', 4096)}}","length":5000}""", told[5]);
    }

    [Fact]
    public async Task Limit_tells_the_earliest_spans_and_how_many_there_are()
    {
        var answer = await AnswerAsync(Wide(9).Add(1, 10, 1, "shop", "last", 20, 1, status: SpanStatus.Error), "?limit=4");
        Assert.Equal(10, (int)answer["spanCount"]!);
        Assert.Equal(1, (int)answer["errorCount"]!);
        Assert.Equal(4, answer["spans"]!["id"]!.AsArray().Count);
        Assert.Equal("[-1,0,0,0]", Text(answer["spans"]!["parent"]));
    }

    [Theory]
    [InlineData("ff", HttpStatusCode.NotFound, "no span of trace")]
    [InlineData("xyz", HttpStatusCode.BadRequest, "hexadecimal")]
    [InlineData("1?limit=0", HttpStatusCode.BadRequest, "1 to 100000")]
    [InlineData("1?limit=many", HttpStatusCode.BadRequest, "1 to 100000")]
    public async Task Wrong_questions_get_their_reason(string path, HttpStatusCode status, string reason)
    {
        await using var host = await QueryHost.StartAsync();
        await host.Store.AppendAsync(Wide(3).Batch, default);
        using var response = await host.Client.GetAsync("/bongsu/v1/traces/" + path);
        Assert.Equal(status, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Large_trace_takes_less_than_a_quarter_of_the_bytes_that_Tempo_s_form_takes()
    {
        await using var host = await QueryHost.StartAsync();
        await host.Store.AppendAsync(Wide(10_000).Batch, default);
        var compact = await host.Client.GetByteArrayAsync("/bongsu/v1/traces/1");
        var tempo = await host.Client.GetByteArrayAsync("/tempo/api/traces/1");
        Assert.True(compact.Length * 4 < tempo.Length, $"{compact.Length} of {tempo.Length} bytes");
    }

    private static SpanBuilder Wide(int spans)
    {
        var builder = new SpanBuilder(StartNanos).Add(1, 1, 0, "shop", "root", 0, spans);
        for (var i = 2; i <= spans; i++)
            builder.Add(1, (ulong)i, 1, "shop", "step", i, 1, SpanKind.Client, SpanStatus.Unset, ("http.request.method", "GET"), ("http.route", "/items/{id}"), ("item", i), ("server.address", "items"));
        return builder;
    }

    private static async Task<JsonNode> AnswerAsync(SpanBuilder spans, string query = "")
    {
        await using var host = await QueryHost.StartAsync();
        await host.Store.AppendAsync(spans.Batch, default);
        return JsonNode.Parse(await host.Client.GetStringAsync("/bongsu/v1/traces/1" + query))!;
    }

    private static string Text(JsonNode? node) => node!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    // The values that numbers stand for.
    private static List<object> Told(JsonNode answer, JsonNode numbers) =>
        [.. numbers.AsArray().Select(n => answer["values"]![(int)n!]!).Select(v => v.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => (object)(string)v!,
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => (bool)v,
            System.Text.Json.JsonValueKind.Number => v.AsValue().TryGetValue<long>(out var whole) ? (object)whole : (double)v,
            _ => Text(v),
        })];
}
