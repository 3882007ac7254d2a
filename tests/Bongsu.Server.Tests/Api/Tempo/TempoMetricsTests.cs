using System.Text.Json.Nodes;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Tempo;

public sealed class TempoMetricsTests
{
    [Fact]
    public async Task Range_has_labels_samples_and_exemplars()
    {
        await using var host = await HostAsync();
        var answer = await GetAsync(host, $"query_range?q={Query("{ } | max_over_time(duration) by (resource.service.name)")}&start={Second(host, 0)}&end={Second(host, 20)}&step=10s");
        var series = answer["series"]!.AsArray().Single(s => ((string)s!["promLabels"]!).Contains("web"))!;
        Assert.Equal("""[{"key":"resource.service.name","value":{"stringValue":"web"}}]""", series["labels"]!.ToJsonString());
        Assert.Equal("{resource.service.name=\"web\"}", (string)series["promLabels"]!);
        Assert.Equal($$"""[{"timestampMs":"{{Second(host, 0)}}000","value":0.1},{"timestampMs":"{{Second(host, 10)}}000","value":0.05}]""", series["samples"]!.ToJsonString());
        var exemplar = series["exemplars"]![0]!;
        Assert.Equal("00000000000000000000000000000001", (string)exemplar["labels"]!.AsArray().Single(l => (string)l!["key"]! == "trace:id")!["value"]!["stringValue"]!);
        Assert.Equal(0.1, (double)exemplar["value"]!);
        Assert.Null(answer["status"]);
        Assert.Equal("3", (string)answer["metrics"]!["inspectedSpans"]!);
    }

    [Theory]
    [InlineData("{ } | rate() with (exemplars=false)", "", 0)]
    [InlineData("{ } | rate() with (exemplars=1)", "", 1)]
    [InlineData("{ } | rate()", "&exemplars=1", 1)]
    [InlineData("{ } | rate()", "", 2)]
    public async Task Exemplars_are_as_many_as_asked_for_and_one_of_a_trace(string query, string parameter, int count)
    {
        await using var host = await HostAsync();
        var answer = await GetAsync(host, $"query_range?q={Query(query)}&start={Second(host, 0)}&end={Second(host, 20)}&step=10s{parameter}");
        Assert.Equal(count, answer["series"]![0]!["exemplars"]?.AsArray().Count ?? 0);
    }

    [Fact]
    public async Task Instant_has_one_value_a_series()
    {
        await using var host = await HostAsync();
        var answer = await GetAsync(host, $"query?q={Query("{ } | count_over_time() by (resource.service.name)")}&start={Second(host, 0)}&end={Second(host, 20)}");
        Assert.Equal([("{resource.service.name=\"pay\"}", 1.0), ("{resource.service.name=\"web\"}", 2.0)],
            answer["series"]!.AsArray().Select(s => ((string)s!["promLabels"]!, (double)s["value"]!)).Order());
    }

    // start and end as seconds, nanoseconds, RFC 3339 and since; steps begin at multiples of the step.
    [Fact]
    public async Task Times_come_in_every_form_that_Tempo_takes()
    {
        await using var host = await HostAsync();
        var query = Query("{ } | count_over_time()");
        var start = host.Time.GetUtcNow().AddSeconds(-600);
        string[] ranges =
        [
            $"start={Second(host, 0)}&end={Second(host, 20)}",
            $"start={Second(host, 0)}000000000&end={Second(host, 20)}000000000",
            $"start={Uri.EscapeDataString(start.ToString("O"))}&end={Uri.EscapeDataString(start.AddSeconds(20).ToString("O"))}",
            $"end={Second(host, 20)}&since=20s",
            $"start={Second(host, 1)}&end={Second(host, 19)}",
        ];
        foreach (var range in ranges)
        {
            var samples = (await GetAsync(host, $"query_range?q={query}&step=10s&{range}"))["series"]![0]!["samples"]!.AsArray();
            Assert.Equal([2.0, 1.0], samples.Select(s => (double)s!["value"]!));
        }
        Assert.Equal(15_000, StepOf((await GetAsync(host, $"query_range?q={query}"))["series"]![0]!["samples"]!.AsArray()));
    }

    [Fact]
    public async Task Protobuf_is_sent_when_it_is_accepted()
    {
        await using var host = await HostAsync();
        var range = $"start={Second(host, 0)}&end={Second(host, 20)}";
        Assert.Equal((2, 2), Count(await BytesAsync(host, $"metrics/query_range?q={Query("{ } | rate() by (resource.service.name)")}&step=20s&{range}"), 1, 2));
        Assert.Equal((2, 0), Count(await BytesAsync(host, $"metrics/query?q={Query("{ } | rate() by (resource.service.name)")}&{range}"), 1, 4));
        Assert.Equal((2, 2), Count(await BytesAsync(host, $"search?q={Query("{ }")}&{range}"), 1, 7));
        Assert.Equal((2, 0), Count(await BytesAsync(host, $"search/tags?{range}"), 1, 9));
        Assert.Equal((1, 2), Count(await BytesAsync(host, $"v2/search/tags?scope=resource&{range}"), 1, 2));
        Assert.Equal((2, 0), Count(await BytesAsync(host, $"search/tag/service.name/values?{range}"), 1, 9));
        Assert.Equal((2, 2), Count(await BytesAsync(host, $"v2/search/tag/.service.name/values?{range}"), 1, 2));
    }

    private static long StepOf(JsonArray samples) => long.Parse((string)samples[1]!["timestampMs"]!) - long.Parse((string)samples[0]!["timestampMs"]!);

    // How often a field stands in the message, and another one within those.
    private static (int Outer, int Inner) Count(byte[] message, int field, int within)
    {
        int outer = 0, inner = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field != field)
                continue;
            outer++;
            var nested = new ProtoReader(fields.Bytes);
            while (within != 9 && nested.Read())
                inner += nested.Field == within ? 1 : 0;
        }
        return (outer, inner);
    }

    private static async Task<byte[]> BytesAsync(QueryHost host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/tempo/api/" + path);
        request.Headers.Accept.ParseAdd("application/protobuf");
        using var response = await host.Client.SendAsync(request);
        Assert.Equal("application/protobuf", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static string Query(string query) => Uri.EscapeDataString(query);

    private static long Second(QueryHost host, int second) => host.Time.GetUtcNow().ToUnixTimeSeconds() - 600 + second;

    private static async Task<JsonNode> GetAsync(QueryHost host, string path) => JsonNode.Parse(await host.Client.GetStringAsync("/tempo/api/metrics/" + path))!;

    private static async Task<QueryHost> HostAsync()
    {
        var host = await QueryHost.StartAsync();
        var builder = new SpanBuilder(Second(host, 0) * 1_000_000_000)
            .Add(1, 10, 0, "web", "GET /pay", 1_000, 100, SpanKind.Server)
            .Add(1, 12, 10, "pay", "charge", 1_010, 70, SpanKind.Server, SpanStatus.Error)
            .Add(2, 20, 0, "web", "GET /cart", 11_000, 50, SpanKind.Server);
        await host.Store.AppendAsync(builder.Batch, default);
        return host;
    }
}
