using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Query;
using Bongsu.Server.Api.Operations;
using Bongsu.Server.Hosting;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Server.Tests.Api.Operations;

public sealed class SamplingApiTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();
    private readonly IngestService _ingest;

    public SamplingApiTests()
    {
        SamplingPolicy[] policies = [new DropPolicy("probes \"x\"", [new SpanCountPolicy("two", 2, 0)]), new SpanCountPolicy("never", 100, 0)];
        var plan = new SamplingPlan { Tail = new TailPlan { Policies = policies }, Logs = [new LogSamplingRule("api", ["info"], 0.5)], Notes = ["a note"] };
        _ingest = new IngestService(_store, new IngestOptions { Sampling = plan }, _time, NullLogger<IngestService>.Instance);
    }

    [Fact]
    public async Task It_says_what_was_decided_and_why()
    {
        // The fixture's spans are errors.
        await SendAsync(1, 1);
        await SendAsync(2, 2);
        await SendAsync(2, 3);
        _time.Advance(TimeSpan.FromSeconds(40));
        await _ingest.Sampler.DecideAsync(default);
        await SendAsync(3, 4);
        var answer = await GetAsync("");
        Assert.Equal((true, 30000, 5000, 1000), ((bool)answer["tail"]!, (int)answer["decisionWaitMs"]!, (int)answer["rootGraceMs"]!, (int)answer["keepSlowMs"]!));
        Assert.Equal(1, (int)answer["undecided"]!["spans"]!);
        Assert.InRange((long)answer["undecided"]!["spanBytes"]!, 1, 10_000);
        Assert.Equal((1, 2, 64 << 20), ((int)answer["undecided"]!["traces"]!, (int)answer["undecided"]!["rememberedDecisions"]!, (int)answer["undecided"]!["budgetBytes"]!));
        var policies = answer["policies"]!.AsArray().ToDictionary(p => (string)p!["name"]!, p => p!);
        Assert.Equal((1, 2, 1), ((int)policies["keep_errors"]["keptTraces"]!, (int)policies["probes \"x\""]["droppedSpans"]!, (int)policies["probes \"x\""]["dropped"]!));
        Assert.Equal(2, answer["decisions"]!.AsObject().Sum(d => (int)d.Value!));
        Assert.Equal(("api/info", "a note"), ((string)answer["logs"]![0]!["name"]!, (string)answer["notes"]![0]!));
        Assert.Null(answer["trace"]);
    }

    [Fact]
    public async Task It_says_what_became_of_one_trace()
    {
        await SendAsync(1, 1);
        var undecided = (await GetAsync($"?trace={new TraceId(1, 1)}"))["trace"]!;
        Assert.Equal(("undecided", 1), ((string)undecided["state"]!, (int)undecided["spans"]!));
        Assert.InRange((int)undecided["decidedInMs"]!, 4000, 30_000);
        _time.Advance(TimeSpan.FromSeconds(40));
        await _ingest.Sampler.DecideAsync(default);
        var kept = (await GetAsync($"?trace={new TraceId(1, 1)}"))["trace"]!;
        Assert.Equal(("kept", "keep_errors"), ((string)kept["state"]!, (string)kept["policy"]!));
        Assert.Equal("unknown", (string)(await GetAsync("?trace=abc"))["trace"]!["state"]!);
        await using var app = await StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await app.GetTestClient().GetAsync("/bongsu/v1/sampling?trace=xyz")).StatusCode);
    }

    [Fact]
    public async Task The_figures_stand_in_the_metrics_of_the_server()
    {
        await SendAsync(2, 2);
        await SendAsync(2, 3);
        _time.Advance(TimeSpan.FromSeconds(40));
        await _ingest.Sampler.DecideAsync(default);
        var text = SelfMetrics.Write(_ingest.Counters.Snapshot(), [], _store.Status, _ => default, _ingest.Sampler.Report());
        Assert.Contains("bongsu_sampling_traces_total{policy=\"probes \\\"x\\\"\",decision=\"dropped\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("bongsu_sampling_spans_total{policy=\"probes \\\"x\\\"\",decision=\"dropped\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("bongsu_sampling_undecided_traces 0\n", text, StringComparison.Ordinal);
        Assert.Contains("bongsu_sampling_log_records_total{rule=\"api/info\",decision=\"dropped\"} 0\n", text, StringComparison.Ordinal);
    }

    private async Task SendAsync(ulong trace, ulong span) =>
        await _ingest.IngestAsync(TelemetryFixtures.RichSpan(new TraceId(trace, 1), new SpanId(span), "api", "GET /", _time.NowMs * 1_000_000 - 1_000_000), default);

    private async Task<JsonObject> GetAsync(string query)
    {
        await using var app = await StartAsync();
        return JsonNode.Parse(await app.GetTestClient().GetStringAsync("/bongsu/v1/sampling" + query))!.AsObject();
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        var app = builder.Build();
        SamplingApi.Map(app, _ingest.Sampler);
        await app.StartAsync();
        return app;
    }
}
