using System.Text.Json.Nodes;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Server.Tests.Api.Loki;

public sealed class LokiApiTests
{
    [Fact]
    public async Task Otlp_records_have_the_fields_that_Loki_gives_them()
    {
        await using var host = await HostWithLineAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/loki/api/v1/query_range?query=" + Uri.EscapeDataString("{service_name=\"shop\"} | order_id=\"o-1\"")))!;
        var stream = answer["data"]!["result"]![0]!["stream"]!;
        Assert.Equal("o-1", (string)stream["order_id"]!);
        Assert.Equal("00000000000000010000000000000002", (string)stream["trace_id"]!);
        Assert.Equal("17", (string)stream["severity_number"]!);
        Assert.Equal("error", (string)stream["detected_level"]!);
        Assert.Equal("web-1", (string)stream["host_name"]!);
        Assert.Null(stream["service_name_extracted"]);
    }

    [Theory]
    [InlineData("{service_name=\"shop\"}", "start=x")]
    [InlineData("{service_name=\"shop\"}", "start=9999999999")]
    [InlineData("{service_name=\"shop\"}", "end=9999-12-31T00:00:00Z")]
    [InlineData("{service_name=\"shop\"}", "start=-9000000000000000000&end=9000000000000000000")]
    [InlineData("{service_name=\"shop\"}", "start=-4611686018427387904&end=4611686018427387904")]
    [InlineData("{service_name=\"shop\"}", "since=100y")]
    [InlineData("{service_name=\"shop\"}", "limit=99999")]
    [InlineData("{service_name=\"shop\"}", "direction=up")]
    [InlineData("count_over_time({service_name=\"shop\"}[1m])", "step=0.001")]
    [InlineData("count_over_time({service_name=\"shop\"}[1m])", "step=0")]
    public async Task Wrong_parameters_are_refused(string query, string parameter)
    {
        await using var host = await HostWithLineAsync();
        using var response = await host.Client.GetAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&{parameter}");
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("{app=\"shop\"}", "", "{\"app\":\"shop\",\"detail\":\"x\"}")]
    [InlineData("{app=\"shop\"}", "&discovered_labels=true", "{\"app\":\"shop\",\"detail\":\"x\",\"service_name\":\"shop\"}")]
    [InlineData("{service_name=~\"s.*\"}", "", "{\"app\":\"shop\",\"detail\":\"x\",\"service_name\":\"shop\"}")]
    [InlineData("{app=\"shop\"} | service_name=\"shop\" | drop detail", "", "{\"app\":\"shop\",\"service_name\":\"shop\"}")]
    [InlineData("{app=\"shop\"} | label_format svc=`{{.service_name}}` | keep svc", "", "{\"svc\":\"shop\"}")]
    public async Task A_discovered_service_is_shown_to_who_asks(string query, string more, string expected)
    {
        await using var host = await HostWithDiscoveredAsync();
        var answer = await GetAsync(host, $"query_range?query={Uri.EscapeDataString(query)}{more}");
        Assert.Equal(expected, answer["data"]!["result"]![0]!["stream"]!.ToJsonString());
    }

    [Theory]
    [InlineData("2", "2", -50)]
    [InlineData("3", "3", 0)]
    [InlineData("4000000", "3", 0)]
    public async Task The_newest_records_alone_are_counted_for_who_asks_and_it_is_said(string most, string counted, int fromSeconds)
    {
        await using var host = await HostWithDiscoveredAsync();
        var answer = await GetAsync(host, $"query?query=sum(count_over_time({{app=\"shop\"}}[1h]))&newest_records={most}");
        Assert.Equal(counted, (string)answer["data"]!["result"]![0]!["value"]![1]!);
        Assert.Equal(fromSeconds == 0 ? null : $"{(host.Time.NowMs + fromSeconds * 1000) * 1_000_000}", (string?)answer["data"]!["stats"]!["countedFrom"]);
        using var refused = await host.Client.GetAsync("/loki/api/v1/query?query=sum(count_over_time({app=\"shop\"}[1h]))&newest_records=0");
        Assert.Equal(400, (int)refused.StatusCode);
    }

    [Theory]
    [InlineData("query?query=sum by (app) (count_over_time({app=\"shop\"}[1h]))", "{\"app\":\"shop\"}")]
    [InlineData("query?query=count_over_time({app=\"shop\"}[1h])", "{\"app\":\"shop\",\"detail\":\"x\"}")]
    [InlineData("query?query=sum by (service_name) (count_over_time({app=\"shop\"}[1h]))", "{\"service_name\":\"shop\"}")]
    [InlineData("index/volume?query={service_name=\"shop\"}", "{\"service_name\":\"shop\"}")]
    [InlineData("index/volume?query={app=\"shop\"}&targetLabels=service_name", "{\"service_name\":\"shop\"}")]
    [InlineData("index/volume?query={app=\"shop\"}&aggregateBy=labels", "{\"app\":\"\"}")]
    [InlineData("index/volume_range?query={app=\"shop\"}&aggregateBy=labels&targetLabels=app,none", "{\"app\":\"\"}")]
    public async Task Metrics_and_volumes_group_by_it(string path, string expected)
    {
        await using var host = await HostWithDiscoveredAsync();
        var answer = await GetAsync(host, path);
        Assert.Equal(expected, answer["data"]!["result"]![0]!["metric"]!.ToJsonString());
    }

    [Theory]
    [InlineData("labels", "[\"app\"]")]
    [InlineData("labels?query={service_name=\"shop\"}", "[\"app\",\"service_name\"]")]
    [InlineData("label/service_name/values", "[\"shop\"]")]
    [InlineData("series?match[]={app=\"shop\"}", "[{\"app\":\"shop\"}]")]
    [InlineData("series?match[]={service_name=~\".%2B\"}", "[{\"app\":\"shop\",\"service_name\":\"shop\"}]")]
    public async Task Lists_of_labels_have_it_when_it_is_named(string path, string expected)
    {
        await using var host = await HostWithDiscoveredAsync();
        Assert.Equal(expected, (await GetAsync(host, path))["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Detected_labels_have_it_when_it_is_named()
    {
        await using var host = await HostWithDiscoveredAsync();
        Assert.Equal("[{\"label\":\"app\",\"cardinality\":1}]", (await GetAsync(host, "detected_labels"))["detectedLabels"]!.ToJsonString());
        Assert.Equal(2, (await GetAsync(host, "detected_labels?query={service_name=\"shop\"}"))["detectedLabels"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_values_of_a_detected_field_are_given()
    {
        await using var host = await HostWithDiscoveredAsync();
        Assert.Equal("{\"values\":[\"card\",\"cash\"],\"limit\":1000}", (await GetAsync(host, "detected_field/pay/values?query={app=\"shop\"}")).ToJsonString());
        Assert.Equal("{\"values\":[\"card\"],\"limit\":1}", (await GetAsync(host, "detected_field/pay/values?query={app=\"shop\"}&limit=1")).ToJsonString());
        Assert.Equal("{\"values\":[],\"limit\":1000}", (await GetAsync(host, "detected_field/none/values?query={app=\"shop\"}")).ToJsonString());
        Assert.Equal("{\"values\":[\"x\"],\"limit\":1000}", (await GetAsync(host, "detected_field/detail/values?query={app=\"shop\"}")).ToJsonString());
    }

    [Fact]
    public async Task An_interval_thins_lines_before_the_limit_counts()
    {
        await using var host = await HostWithDiscoveredAsync();
        var all = await GetAsync(host, "query_range?query={app=\"shop\"}|drop detail&direction=forward");
        Assert.Equal(["pay=card", "pay=cash", "pay=card late"], Texts(all));
        var thin = await GetAsync(host, "query_range?query={app=\"shop\"}|drop detail&direction=forward&interval=20s&limit=2");
        Assert.Equal(["pay=card", "pay=card late"], Texts(thin));
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=y", "--x")]
    [InlineData("multipart/form-data; boundary=y", "--y\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n{a=")]
    [InlineData("multipart/form-data", "x")]
    public async Task A_form_that_is_cut_off_is_refused(string type, string body)
    {
        await using var host = await QueryHost.StartAsync();
        using var content = new StringContent(body);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        using var response = await host.Client.PostAsync("/loki/api/v1/query_range", content);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.StartsWith("the form cannot be read: ", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Long_queries_are_formatted_and_wrong_ones_refused()
    {
        await using var host = await QueryHost.StartAsync();
        Assert.Equal("sum by (a)(rate({b=\"c\"}[5m]))", (string)(await GetAsync(host, "format_query?query=sum(rate({b=\"c\"}[5m])) by (a)"))["data"]!);
        using var response = await host.Client.GetAsync("/loki/api/v1/format_query?query=sum(");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.StartsWith("parse error at line 1, col 5: syntax error: unexpected $end", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Limits_are_told_and_kept()
    {
        await using var host = await QueryHost.StartAsync();
        var limits = (await GetAsync(host, "drilldown-limits"))["limits"]!;
        Assert.Equal(("5000", "500", "721h"), (limits["max_entries_limit_per_query"]!.ToString(), limits["max_query_series"]!.ToString(), limits["max_query_length"]!.ToString()));
        Assert.Contains("the query time range exceeds the limit (query length: 722h0m0s, limit: 721h0m0s)", await RefusedAsync(host, "query_range?query={a=\"b\"}&since=722h"));
        var batch = new LogBatch();
        for (var i = 0; i < 501; i++)
            AddLine(batch, LabelSet.Of(("a", "b"), ("n", $"{i}")), host.Time.NowMs * 1_000_000 - 1, "x");
        await host.Store.AppendAsync(batch, default);
        Assert.Contains("maximum number of series (500) reached for a single query", await RefusedAsync(host, "query?query=count_over_time({a=\"b\"}[1m])"));
        Assert.Equal(500, (await GetAsync(host, "query?query=count_over_time({a=\"b\", n!=\"7\"}[1m])"))["data"]!["result"]!.AsArray().Count);
        Assert.Single((await GetAsync(host, "query?query=sum(count_over_time({a=\"b\"}[1m]))"))["data"]!["result"]!.AsArray());
    }

    [Theory]
    [InlineData("index/volume?query={a=\"b\"}&targetLabels=a)b", "is no label name")]
    [InlineData("index/volume?query={a=\"b\"}&aggregateBy=x", "invalid aggregation option")]
    [InlineData("detected_field/a/values?query={a=\"b\"}&limit=-1", "limit must be a positive value")]
    [InlineData("detected_fields?query=rate({a=\"b\"}[1m])", "only log queries are supported")]
    [InlineData("query_range?query={a=\"b\"}&interval=x", "to a valid duration")]
    public async Task Wrong_questions_are_refused_with_the_reason(string path, string reason)
    {
        await using var host = await QueryHost.StartAsync();
        Assert.Contains(reason, await RefusedAsync(host, path));
    }

    [Theory]
    [InlineData("{app=\"shop\"} |= \"cash\"", "pay=card,pay=card late")]
    [InlineData("{app=\"shop\"} |= \"cash\" or \"late\"", "pay=card")]
    [InlineData("{app=\"shop\"} != \"cash\" |~ \"d$\"", "pay=cash,pay=card late")]
    [InlineData("{app=\"other\"}", "pay=card,pay=cash,pay=card late")]
    [InlineData("{app=\"shop\"}", "")]
    public async Task Deleted_lines_are_gone(string query, string left)
    {
        await using var host = await HostWithDiscoveredAsync();
        using var response = await host.Client.PostAsync($"/loki/api/v1/delete?query={Uri.EscapeDataString(query)}&start=0", null);
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(left, string.Join(',', Texts(await GetAsync(host, "query_range?query={app=\"shop\"}&direction=forward"))));
    }

    [Fact]
    public async Task A_time_bounds_what_is_deleted()
    {
        await using var host = await HostWithDiscoveredAsync();
        var end = host.Time.NowMs / 1_000 - 50;
        using var response = await host.Client.PutAsync($"/loki/api/v1/delete?query={{app=\"shop\"}}&start=0&end={end}", null);
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(["pay=card late"], Texts(await GetAsync(host, "query_range?query={app=\"shop\"}")));
        Assert.Equal("[]", (await GetAsync(host, "delete")).ToJsonString());
    }

    [Theory]
    [InlineData("query={app=\"shop\"}", 400, "start time not set")]
    [InlineData("start=1", 400, "query not set")]
    [InlineData("start=1&query={app=\"shop\"}&end=9000000000", 400, "deletes in the future are not allowed")]
    [InlineData("start=1&query={app=\"shop\"}|json", 400, "only a stream selector with line filters")]
    [InlineData("start=1&query={app=\"shop\"} |> \"<_>a\"", 400, "only a stream selector with line filters")]
    [InlineData("start=1&query=rate({app=\"shop\"}[1m])", 400, "only a stream selector with line filters")]
    [InlineData("start=1&query={app=~\".*\"}", 400, "at least one regexp or equality matcher")]
    public async Task Wrong_deletions_are_refused(string parameters, int status, string reason)
    {
        await using var host = await HostWithDiscoveredAsync();
        using var response = await host.Client.PostAsync("/loki/api/v1/delete?" + parameters, null);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync());
        Assert.Equal(3, Texts(await GetAsync(host, "query_range?query={app=\"shop\"}")).Count());
    }

    [Fact]
    public async Task Deletion_is_off_unless_allowed()
    {
        await using var host = await QueryHost.StartAsync(allowsDeletion: false);
        using var response = await host.Client.PostAsync("/loki/api/v1/delete?query={app=\"shop\"}&start=0", null);
        Assert.Equal(403, (int)response.StatusCode);
        using var list = await host.Client.GetAsync("/loki/api/v1/delete");
        Assert.Equal(403, (int)list.StatusCode);
        using var cancel = await host.Client.DeleteAsync("/loki/api/v1/delete?request_id=1");
        Assert.Equal(400, (int)cancel.StatusCode);
    }

    private static IEnumerable<string> Texts(JsonNode answer) => answer["data"]!["result"]!.AsArray().SelectMany(s => s!["values"]!.AsArray()).Select(v => (string)v![1]!);

    private static async Task<JsonNode> GetAsync(QueryHost host, string path) => JsonNode.Parse(await host.Client.GetStringAsync("/loki/api/v1/" + path))!;

    private static async Task<string> RefusedAsync(QueryHost host, string path)
    {
        using var response = await host.Client.GetAsync("/loki/api/v1/" + path);
        Assert.Equal(400, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<QueryHost> HostWithDiscoveredAsync()
    {
        var host = await QueryHost.StartAsync();
        var batch = new LogBatch();
        var labels = LabelSet.Of(("app", "shop"), ("service_name", "shop"), (LabelNames.Discovered, "service_name"));
        var now = host.Time.NowMs * 1_000_000;
        foreach (var (seconds, text) in new[] { (60, "pay=card"), (50, "pay=cash"), (30, "pay=card late") })
            AddLine(batch, labels, now - seconds * 1_000_000_000L, text);
        batch.Attributes.Add("detail", "x");
        foreach (ref var record in batch.Records.Mutable)
            record.Attributes = new AttributeRange(0, 1);
        await host.Store.AppendAsync(batch, default);
        return host;
    }

    private static void AddLine(LogBatch batch, LabelSet labels, long timeNanos, string text)
    {
        batch.Streams.Add(batch.Arena.Append(labels.Bytes));
        batch.Records.Add(new LogRecord
        {
            Stream = batch.Streams.Count - 1,
            Resource = -1,
            Scope = -1,
            TimeUnixNano = timeNanos,
            Body = AttributeValue.OfString(batch.Arena.Append(text)),
        });
    }

    private static async Task<QueryHost> HostWithLineAsync()
    {
        var host = await QueryHost.StartAsync();
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", "shop")).Bytes));
        batch.Attributes.Add("service.name", "shop");
        batch.Attributes.Add("host.name", "web-1");
        batch.Resources.Add(new Resource(new AttributeRange(0, 2), default));
        batch.Attributes.Add("order.id", "o-1");
        batch.Records.Add(new LogRecord
        {
            Scope = -1,
            TimeUnixNano = host.Time.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds() * 1_000_000_000,
            SeverityNumber = 17,
            Body = AttributeValue.OfString(batch.Arena.Append("card declined")),
            TraceId = new TraceId(1, 2),
            Attributes = new AttributeRange(2, 1),
        });
        await host.Store.AppendAsync(batch, default);
        return host;
    }
}
