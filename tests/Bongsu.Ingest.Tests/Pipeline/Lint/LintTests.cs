using Bongsu.Ingest.Pipeline.Lint;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Lint;

public sealed class LintTests
{
    private static readonly (string, object)[] s_good = [("http.route", "/orders/{id}"), ("http.request.method", "GET"), ("http.response.status_code", 200)];

    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();
    private readonly IngestService _ingest;

    public LintTests() => _ingest = new IngestService(_store, new IngestOptions(), _time, NullLogger<IngestService>.Instance);

    [Theory]
    [InlineData("GET /orders/42", true)]
    [InlineData("GET /orders/42/items", true)]
    [InlineData("GET /orders/42?x=1", true)]
    [InlineData("order 20261121", true)]
    [InlineData("GET /users/550e8400-e29b-41d4-a716-446655440000", true)]
    [InlineData("load 5f3a9c1b2d", true)]
    [InlineData("GET /orders/{id}", false)]
    [InlineData("GET /api/v2/orders", false)]
    [InlineData("POST localhost:8080", false)]
    [InlineData("SELECT orders", false)]
    [InlineData("HTTP 200", false)]
    [InlineData("deadbeef", false)]
    [InlineData("sha256 of base64", false)]
    [InlineData("", false)]
    [InlineData("/", false)]
    public void Names_that_carry_ids_are_told_from_others(string name, bool isId) => Assert.Equal(isId, IdText.IsIn(System.Text.Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("    at Shop.Orders.Place(Order order)", true)]
    [InlineData("\tat com.shop.Orders.place(Orders.java:17)", true)]
    [InlineData("Caused by: java.io.IOException: gone", true)]
    [InlineData("\t... 12 more", true)]
    [InlineData("  File \"/app/main.py\", line 3, in <module>", true)]
    [InlineData("Traceback (most recent call last):", true)]
    [InlineData("goroutine 1 [running]:", true)]
    [InlineData("at 12:00 the shop opened", false)]
    [InlineData("boom\n    at Shop.Orders.Place(Order order)", false)]
    [InlineData("", false)]
    public void Lines_out_of_stack_traces_are_told_from_others(string line, bool isStack) => Assert.Equal(isStack, StackLine.Is(System.Text.Encoding.UTF8.GetBytes(line)));

    [Fact]
    public async Task Good_telemetry_has_no_findings()
    {
        await SpansAsync("shop", Otlp.Span(1, "GET /orders/{id}", attributes: s_good), Otlp.Span(2, "SELECT orders", kind: 3));
        await LogsAsync("shop", Otlp.Log("{\"level\":\"info\",\"msg\":\"order 17 placed\",\"trace_id\":\"0102\"}"), Otlp.Log("placed", 9, attributes: [("order.id", 17), ("trace_id", "0102")]),
            Otlp.Log("level=info msg=placed trace_id=1", 9, attributes: ("trace_id", "1")));
        Assert.Empty(_ingest.Lint().Findings);
        Assert.Equal([new LintedService("shop", Signal.Traces, 2), new LintedService("shop", Signal.Logs, 3)], _ingest.Lint().Services);
    }

    [Fact]
    public async Task Faults_of_spans_are_found_with_an_example_and_the_fix()
    {
        await SpansAsync("shop",
            Otlp.Span(1, "GET /orders/4711", attributes: [("http.route", "/orders/4711"), ("http.request.method", "GET"), ("http.response.status_code", 200)]),
            Otlp.Span(2, "GET", attributes: [("http.request.method", "GET")]),
            Otlp.Span(3, "unmatched", attributes: [("http.request.method", "GET"), ("http.response.status_code", 404)]),
            Otlp.Span(4, "login", kind: 3, attributes: [("password", "hunter2"), ("url.full", "http://h/?token=hunter2")]),
            Otlp.Span(5, "upload", kind: 3, attributes: [.. Enumerable.Range(0, 2).Select(i => ($"k{i}", (object)new string('x', 40_000)))]));
        var findings = _ingest.Lint("shop").Findings;
        Assert.Equal(["MissingRoute: GET", "MissingStatus: GET", "RouteId: /orders/4711", "SecretInAttribute: url.full=http://h/?token=[redacted:token]", "SpanNameId: GET /orders/4711", "TooLarge: upload"],
            findings.Select(f => $"{f.Rule}: {f.Example}").Order(StringComparer.Ordinal));
        Assert.All(findings, f => Assert.Equal((1, 5L, Signal.Traces, "shop"), (f.Count, f.Checked, f.Signal, f.Service)));
        Assert.All(findings, f => Assert.EndsWith(".", f.Fix));
        Assert.Equal([new LintKey("password", 1), new LintKey("url.full", 1)], findings.Single(f => f.Rule == LintRule.SecretInAttribute).Keys);
        Assert.Empty(_ingest.Lint("cart").Findings);
    }

    [Fact]
    public async Task Faults_of_logs_are_found()
    {
        await SpansAsync("shop", Otlp.Span(1, "GET /orders/{id}", attributes: s_good));
        await LogsAsync("shop", Otlp.Log("order placed", 9), Otlp.Log("    at Shop.Place()", 9), Otlp.Log("{\"level\":\"LOUD\",\"msg\":\"x\"}", 0),
            Otlp.Log("{\"msg\":\"x\",\"mail\":\"a@b.com\"}"), Otlp.Log($"{{\"msg\":\"{new string('x', 70_000)}\"}}"),
            Otlp.Log("{\"msg\":\"ahead\"}", time: Otlp.Now + 600 * Otlp.Second), Otlp.Log("{\"msg\":\"late\"}", time: Otlp.Now - 100_000 * Otlp.Second));
        await LogsAsync("batch", Otlp.Log("{\"msg\":\"has no traces\"}"));
        var findings = _ingest.Lint("shop").Findings.ToDictionary(f => f.Rule);
        Assert.Equal(("order placed", 1), (findings[LintRule.TextLog].Example, findings[LintRule.TextLog].Count));
        Assert.Equal(("    at Shop.Place()", 1), (findings[LintRule.SplitStackTrace].Example, findings[LintRule.SplitStackTrace].Count));
        Assert.Equal(("LOUD", 1), (findings[LintRule.LevelName].Example, findings[LintRule.LevelName].Count));
        Assert.Equal(("mail=[redacted]", "mail"), (findings[LintRule.SecretInAttribute].Example, findings[LintRule.SecretInAttribute].Keys[0].Key));
        Assert.Equal((1, 200), (findings[LintRule.TooLarge].Count, findings[LintRule.TooLarge].Example.Length));
        Assert.Equal(2, findings[LintRule.TimestampOff].Count);
        Assert.Equal((6, 7), (findings[LintRule.MissingTraceId].Count, findings[LintRule.MissingTraceId].Checked));
        Assert.Equal(7, findings.Count);
        Assert.Empty(_ingest.Lint("batch").Findings);
    }

    [Fact]
    public async Task What_was_mended_is_forgotten_within_the_window()
    {
        await LogsAsync("shop", Otlp.Log("text"));
        _time.Advance(TimeSpan.FromMinutes(31));
        await LogsAsync("shop", Otlp.Log("{}"));
        var finding = Assert.Single(_ingest.Lint().Findings);
        Assert.Equal((1, 2, 0.5), (finding.Count, finding.Checked, finding.Share));
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Empty(_ingest.Lint().Findings);
        Assert.Equal([new LintedService("shop", Signal.Logs, 1)], _ingest.Lint().Services);
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Empty(_ingest.Lint().Services);
    }

    [Fact]
    public async Task Large_requests_are_looked_at_in_part_and_evenly()
    {
        await LogsAsync("shop", [.. Enumerable.Range(0, 10_000).Select(i => Otlp.Log(i % 2 == 0 ? "{}" : "text"))]);
        var finding = Assert.Single(_ingest.Lint().Findings);
        Assert.InRange(finding.Checked, 100, 128);
        for (var i = 0; i < 40; i++)
            await LogsAsync("shop", [.. Enumerable.Range(0, 1000).Select(n => Otlp.Log(n % 2 == 0 ? "{}" : "text"))]);
        Assert.InRange(Assert.Single(_ingest.Lint().Findings).Share, 0.3, 0.7);
    }

    [Fact]
    public async Task Made_up_services_take_bounded_memory()
    {
        for (var i = 0; i < 1500; i++)
            await LogsAsync($"made-up-{i}", Otlp.Log("text"));
        Assert.Equal(1000, _ingest.Lint().Services.Count);
    }

    private async Task SpansAsync(string service, params Proto[] spans) => await _ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service(service), spans), false, default);

    private async Task LogsAsync(string service, params Proto[] logs) => await _ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service(service), logs), false, default);
}
