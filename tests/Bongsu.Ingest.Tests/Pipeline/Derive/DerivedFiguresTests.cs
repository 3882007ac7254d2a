using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

public sealed class DerivedFiguresTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Log_records_are_counted_by_level_and_class_of_error()
    {
        var ingest = Ingest();
        var resource = Otlp.Resource(("service.name", "shop"), ("deployment.environment.name", "prod"));
        await ingest.OtlpLogsAsync(Otlp.Request(resource, Otlp.Log("a"), Otlp.Log("b"), Otlp.Log("c", 17, Otlp.Now, ("exception.type", "System.IO.IOException")),
            Otlp.Log("""{"level":"ERROR","error_type":"CardDeclined","message":"no"}""", 0), Otlp.Log("""{"level":"warning","message":"no"}""", 0)), false, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["error/CardDeclined/prod 1", "error/System.IO.IOException/prod 1", "info//prod 2", "warn//prod 1"], await LogCountsAsync());
    }

    [Fact]
    public async Task Streams_of_Loki_count_by_the_level_that_they_say()
    {
        var ingest = Ingest();
        await ingest.LokiAsync("""{"streams":[{"stream":{"app":"shop","level":"Notice"},"values":[["1795096800000000000","a"],["1795096800000000001","b"]]}]}"""u8.ToArray(), true, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["Notice// 2"], await LogCountsAsync());
    }

    [Theory]
    [InlineData("""{"level":"ERROR","msg":"x"}""", "error")]
    [InlineData("""{"severity":"Warning","msg":"x"}""", "warn")]
    [InlineData("""{"lvl":"dbg","msg":"x"}""", "debug")]
    [InlineData("""{"level":50,"msg":"pino"}""", "error")]
    [InlineData("""{"level":{"a":1},"msg":"ERROR: x"}""", "unknown")]
    [InlineData("level=error msg=\"level=debug\"", "error")]
    [InlineData("ts=1 lvl=\"WARN\" msg=x", "warn")]
    [InlineData("toplevel=error x", "unknown")]
    [InlineData("2026/11/21 10:00:00 [error] 31#31: no live upstreams", "error")]
    [InlineData("2026-11-21T10:00:00Z WARN pool is full", "warn")]
    [InlineData("Critical path found", "unknown")]
    [InlineData("", "unknown")]
    public async Task Lines_of_Loki_count_by_the_level_inside_them(string line, string level)
    {
        var ingest = Ingest();
        var body = $$"""{"streams":[{"stream":{"app":"shop"},"values":[["1795096800000000000",{{System.Text.Json.JsonSerializer.Serialize(line)}}]]}]}""";
        await ingest.LokiAsync(System.Text.Encoding.UTF8.GetBytes(body), true, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal([$"{level}// 1"], await LogCountsAsync());
    }

    [Fact]
    public async Task What_is_sent_again_counts_once()
    {
        var ingest = Ingest();
        for (var i = 0; i < 3; i++)
        {
            await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Log("a"), Otlp.Log("b", 17)), false, default);
            await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1), Otlp.Span(2)), false, default);
        }
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["error// 1", "info// 1"], await LogCountsAsync());
        Assert.Equal(2, (await SeriesAsync("traces_spanmetrics_calls_total")).Sum(s => s.Samples.Values.Span[^1]));
    }

    [Fact]
    public async Task Classes_of_error_that_carry_ids_become_one()
    {
        var ingest = Ingest();
        await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), [.. Enumerable.Range(0, 150).Select(i => Otlp.Log("x", 17, Otlp.Now, ("error.type", $"failure of {i}")))]), false, default);
        await ingest.FlushDerivedAsync(default);
        var counts = await LogCountsAsync();
        Assert.Equal(101, counts.Count);
        Assert.Contains("error/other/ 50", counts);
    }

    [Fact]
    public async Task Buckets_of_span_durations_lead_to_traces()
    {
        var ingest = Ingest();
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1), Otlp.Span(2), Quick(3)), false, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["0.05 0003 0.03", "1 0002 1"], await ExemplarsAsync());
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Span(4)), false, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(2, (await ExemplarsAsync()).Count);
        _time.Advance(TimeSpan.FromSeconds(15));
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Span(5), FarOff(6)), false, default);
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["0.05 0003 0.03", "1 0002 1", "1 0005 1"], await ExemplarsAsync());
    }

    [Fact]
    public async Task A_cache_and_a_queue_without_spans_are_nodes_of_their_own()
    {
        var ingest = Ingest();
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1, "GET", kind: 3, attributes: [("db.system.name", "redis"), ("db.namespace", "0")]),
            Otlp.Span(2, "send", kind: 4, attributes: ("messaging.system", "kafka")), Otlp.Span(3, "call", kind: 3, attributes: [("server.address", "api.stripe.com")])), false, default);
        _time.Advance(TimeSpan.FromSeconds(11));
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(["0@redis database", "api.stripe.com virtual_node", "kafka messaging_system"],
            (await SeriesAsync("traces_service_graph_request_total")).Select(s => $"{s.Labels.Get("server")} {s.Labels.Get("connection_type")}").Order(StringComparer.Ordinal));
    }

    private static Proto Quick(int id) => new Proto().Data(1, Otlp.TraceId).Data(2, Otlp.SpanId(id)).Text(5, "GET /").Varint(6, 2).Fixed64(7, Otlp.Now - 30_000_000).Fixed64(8, Otlp.Now);

    private static Proto FarOff(int id) => new Proto().Data(1, Otlp.TraceId).Data(2, Otlp.SpanId(id)).Text(5, "GET /").Varint(6, 2).Fixed64(7, 1).Fixed64(8, 1_000_000_001);

    private IngestService Ingest() => new(_store, new IngestOptions(), _time, NullLogger<IngestService>.Instance);

    private async Task<List<string>> LogCountsAsync() => [.. (await SeriesAsync("bongsu_log_records_total"))
        .Select(s => $"{s.Labels.Get("level")}/{s.Labels.Get("error_class")}/{s.Labels.Get("deployment_environment_name")} {s.Samples.Values.Span[^1]}").Order(StringComparer.Ordinal)];

    private async Task<List<string>> ExemplarsAsync()
    {
        var found = await _store.ExemplarsAsync(Select("traces_spanmetrics_latency_bucket"), default);
        return [.. found.SelectMany(series => series.Exemplars.Select(e => $"{series.Series.Get("le")} {e.Labels.Get("span_id")![^4..]} {e.Value}")).Order(StringComparer.Ordinal)];
    }

    private static SeriesSelect Select(string name) => new(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]);

    private async Task<List<(LabelSet Labels, SampleColumns Samples)>> SeriesAsync(string name)
    {
        using var found = await _store.SelectAsync(Select(name), default);
        using var reader = found.OpenReader();
        var result = new List<(LabelSet, SampleColumns)>();
        for (var i = 0; i < found.Count; i++)
        {
            var samples = new SampleColumns();
            reader.Read(i, samples);
            result.Add((found.Labels(i), samples));
        }
        return result;
    }
}
