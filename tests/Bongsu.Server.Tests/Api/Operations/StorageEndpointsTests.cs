using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bongsu.Server.Commands;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Tests.Api.Operations;

/// <summary>Storage, budgets, lint and the deletion of spans over HTTP, of a whole server.</summary>
public sealed class StorageEndpointsTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-storage-").FullName;
    private readonly HttpClient _http = new();
    private BongsuHost _host = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "config"));
        await SetBudgetsAsync(records: 2);
        _host = await StartAsync(admin: true);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Budgets_are_held_shown_kept_over_a_restart_and_read_again()
    {
        Assert.Equal(204, await PushAsync("shop", "a", "b"));
        Assert.Equal(429, await PushAsync("shop", "c"));
        Assert.Equal(204, await PushAsync("cart", "a"));
        var budgets = (await GetAsync("/bongsu/v1/budgets"))["budgets"]!.AsArray();
        Assert.Equal(["shop over 1 2 refuse", "cart within 0.5 1 refuse"], budgets.Select(b => $"{b!["service"]} {b["state"]} {b["used"]} {b["records"]} {b["action"]}"));
        Assert.Single((await GetAsync("/bongsu/v1/budgets?service=cart"))["budgets"]!.AsArray());
        var answer = await GetAsync("/bongsu/v1/budgets");
        Assert.Equal(86_400_000, (long)answer["resetsMs"]! - (long)answer["dayMs"]!);
        Assert.Contains("have used up today's budget: 1 were refused", (string)budgets[0]!["sentence"]!);
        var now = await GetAsync("/bongsu/v1/now");
        Assert.Contains(now["health"]!["problems"]!.AsArray(), p => ((string)p!).StartsWith("Logs of service 'shop'", StringComparison.Ordinal));
        var metrics = await _http.GetStringAsync(_host.WebUrl + "/metrics");
        Assert.Contains("bongsu_budget_used_ratio{service_name=\"shop\",signal=\"logs\"} 1\n", metrics);
        Assert.Contains("bongsu_budget_refused_records{service_name=\"shop\",signal=\"logs\"} 1\n", metrics);

        await _host.DisposeAsync();
        _host = await StartAsync(admin: false);
        Assert.Equal(429, await PushAsync("shop", "d"));
        await SetBudgetsAsync(records: 4);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PostAsync(_host.WebUrl + "/-/reload", null)).StatusCode);
        Assert.Equal(204, await PushAsync("shop", "e", "f"));
        Assert.Equal(429, await PushAsync("shop", "g"));
        // A bad file keeps the last good one.
        await File.WriteAllTextAsync(Path.Combine(_directory, "config", "budgets.yaml"), "defaults: {logs: {records: many}}");
        var reload = await _http.PostAsync(_host.WebUrl + "/-/reload", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reload.StatusCode);
        Assert.Contains("defaults.logs.records", await reload.Content.ReadAsStringAsync());
        Assert.Equal(429, await PushAsync("shop", "h"));
    }

    [Fact]
    public async Task Retention_is_read_again_and_a_bad_file_keeps_the_last_good_one()
    {
        Assert.Equal(204, await PushAsync("brief", "a"));
        var file = Path.Combine(_directory, "config", "retention.yaml");
        await File.WriteAllTextAsync(file, "logs:\n- {match: brief, keep: 2d}\n");
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PostAsync(_host.WebUrl + "/-/reload", null)).StatusCode);
        Assert.Equal("2", await RuleDaysAsync());
        await File.WriteAllTextAsync(file, "logs:\n- {match: brief, keep: 3d}\n- {match: '{', keep: 1d}\n");
        var reload = await _http.PostAsync(_host.WebUrl + "/-/reload", null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reload.StatusCode);
        Assert.Contains("retention.yaml:3", await reload.Content.ReadAsStringAsync());
        Assert.Equal("2", await RuleDaysAsync());
        File.Delete(file);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PostAsync(_host.WebUrl + "/-/reload", null)).StatusCode);
        Assert.Equal("", await RuleDaysAsync());

        async Task<string> RuleDaysAsync() => string.Join(",", (await GetAsync("/bongsu/v1/storage"))["signals"]![3]!["rules"]!.AsArray().Select(rule => (long)rule!["keepMs"]! / 86_400_000));
    }

    [Fact]
    public async Task Storage_says_what_there_is_and_that_it_knows_little()
    {
        Assert.Equal(204, await PushAsync("shop", "a"));
        var storage = await GetAsync("/bongsu/v1/storage");
        Assert.Equal(["metrics", "rollups5m", "rollups1h", "logs", "traces"], storage["signals"]!.AsArray().Select(s => (string)s!["kind"]!));
        var logs = storage["signals"]![3]!;
        Assert.Equal((0L, 7 * 86_400_000L), ((long)logs["bytes"]!, (long)logs["keepMs"]!));
        Assert.True((long)logs["walBytes"]! > 0);
        Assert.NotNull(logs["oldestMs"]);
        Assert.Null(logs["bytesPerDay"]);
        Assert.Equal(("tooLittleHistory", "freeSpace"), ((string)storage["forecast"]!["state"]!, (string)storage["forecast"]!["limitedBy"]!));
        Assert.Equal((long)storage["bytes"]!, storage["signals"]!.AsArray().Sum(s => (long)s!["bytes"]!) + (long)storage["walBytes"]! + (long)storage["journalBytes"]! + (long)storage["otherBytes"]!);
    }

    [Fact]
    public async Task Lint_names_the_fault_and_the_fix()
    {
        Assert.Equal(204, await PushAsync("shop", "plain text"));
        var lint = await GetAsync("/bongsu/v1/lint?service=shop");
        var finding = Assert.Single(lint["findings"]!.AsArray())!;
        Assert.Equal("shop textLog logs plain text 1", $"{finding["service"]} {finding["rule"]} {finding["signal"]} {finding["example"]} {finding["share"]}");
        Assert.Empty((await GetAsync("/bongsu/v1/lint?service=cart"))["findings"]!.AsArray());
        Assert.Equal("logs", (string)lint["services"]![0]!["signal"]!);
        Assert.Equal(ExitCodes.FoundProblem, await CommandLine.RunAsync(["lint", "--url", _host.WebUrl, "-o", "jsonl"]));
        Assert.Equal(ExitCodes.Ok, await CommandLine.RunAsync(["lint", "--url", _host.WebUrl, "--service", "ca rt&x=1"]));
    }

    [Fact]
    public async Task Deleted_lines_are_no_examples_any_more()
    {
        await SetBudgetsAsync(records: 100);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.PostAsync(_host.WebUrl + "/-/reload", null)).StatusCode);
        Assert.Equal(204, await PushAsync("shop", "card of kim 1 declined", "card of kim 2 declined", "secret of kim", "park 1"));
        Assert.Equal(204, await PushAsync("cart", "cart 1 of kim", "cart 2 of kim"));
        Assert.Equal("card of kim 1 declined,cart 1 of kim,park 1,secret of kim", await ExamplesAsync());
        Assert.Contains("kim", (await GetAsync("/bongsu/v1/lint?service=shop"))["findings"]!.ToJsonString());
        var deletion = await _http.PostAsync(_host.WebUrl + "/loki/api/v1/delete?start=1&query=" + Uri.EscapeDataString("{service_name=\"shop\"} |= \"kim\""), null);
        Assert.Equal(HttpStatusCode.NoContent, deletion.StatusCode);
        // The message that an example is may be a part of a line that said more.
        Assert.Equal("cart 1 of kim", await ExamplesAsync());
        Assert.DoesNotContain("kim", (await GetAsync("/bongsu/v1/lint?service=shop"))["findings"]!.ToJsonString());
        Assert.Equal(204, await PushAsync("shop", "card of lee 3 declined"));
        Assert.Equal("card of lee 3 declined,cart 1 of kim", await ExamplesAsync());

        async Task<string> ExamplesAsync() => string.Join(",", (await GetAsync("/bongsu/v1/logs/patterns"))["patterns"]!.AsArray().Select(p => (string?)p!["example"]).OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Spans_are_deleted_by_attribute_and_time()
    {
        var nowNanos = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        foreach (var (id, user) in ((int, string)[])[(1, "u1"), (2, "u2")])
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(_host.OtlpHttpUrl + "/v1/traces", Span(id, user, nowNanos - 1_000_000_000))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(Trace(1))).StatusCode);
        var deleted = await PostAsync(_host.WebUrl + "/bongsu/v1/traces/delete", """{"service":"shop","attributes":[{"key":"user.id","op":"=~","value":"u[13]"}],"from":"now-1h"}""");
        Assert.Equal((HttpStatusCode.NoContent, ""), (deleted.StatusCode, await deleted.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(Trace(1))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(Trace(2))).StatusCode);
        Assert.NotNull((await GetAsync("/bongsu/v1/traces/delete"))["deletions"]);
        foreach (var (body, reason) in ((string, string)[])[("{}", "give a service"), ("{", "must be JSON"), ("""{"service":"a"}""", "from:"), ("""{"service":"a","from":"soon"}""", "from:"),
            ("""{"service":"a","from":0,"to":"now+1h"}""", "future"), ("""{"attributes":[{"key":"k","op":"~","value":"v"}],"from":0}""", "attributes[0]: op:"),
            ("""{"attributes":[{"key":"k","op":"=~","value":"("}],"from":0}""", "attributes[0]: value:"), ("""{"attributes":[{"key":null,"value":"v"}],"from":0}""", "attributes[0]: key:"),
            ("""{"attributes":[null],"from":0}""", "attributes[0]")])
        {
            var refused = await PostAsync(_host.WebUrl + "/bongsu/v1/traces/delete", body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(reason, await refused.Content.ReadAsStringAsync());
        }
        await _host.DisposeAsync();
        _host = await StartAsync(admin: false);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(_host.WebUrl + "/bongsu/v1/traces/delete", """{"service":"shop","from":0}""")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(Trace(1))).StatusCode);
    }

    private Task SetBudgetsAsync(int records) =>
        File.WriteAllTextAsync(Path.Combine(_directory, "config", "budgets.yaml"), $"defaults: {{logs: {{records: {records}, action: refuse}}}}");

    private Task<BongsuHost> StartAsync(bool admin)
    {
        var flags = new Dictionary<Setting, string>
        {
            [Setting.Data] = Path.Combine(_directory, "data"),
            [Setting.Config] = Path.Combine(_directory, "config"),
            [Setting.Listen] = "127.0.0.1:0",
            [Setting.OtlpHttp] = "127.0.0.1:0",
            [Setting.OtlpGrpc] = "127.0.0.1:0",
            [Setting.AdminApi] = admin ? "true" : "false",
        };
        return BongsuHost.StartAsync(new ServerOptionsReader(flags.GetValueOrDefault, _ => null).Read(), TimeProvider.System, default);
    }

    private async Task<int> PushAsync(string service, params string[] lines)
    {
        var nowNanos = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var values = string.Join(',', lines.Select((line, i) => $"[\"{nowNanos + i}\",\"{line}\"]"));
        var response = await PostAsync(_host.WebUrl + "/loki/api/v1/push", $$$"""{"streams":[{"stream":{"service_name":"{{{service}}}"},"values":[{{{values}}}]}]}""");
        return (int)response.StatusCode;
    }

    private static string Span(int id, string user, long startNanos) => $$$"""
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"spans":[{"traceId":"{{{id:x32}}}","spanId":"{{{id:x16}}}",
        "name":"GET /","kind":2,"startTimeUnixNano":"{{{startNanos}}}","endTimeUnixNano":"{{{startNanos + 1000}}}","attributes":[{"key":"user.id","value":{"stringValue":"{{{user}}}"}}]}]}]}]}
        """;

    private string Trace(int id) => $"{_host.WebUrl}/tempo/api/traces/{id:x32}";

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(_host.WebUrl + path))!;

    private async Task<HttpResponseMessage> PostAsync(string url, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _http.PostAsync(url, content);
    }
}
