using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Sampling;

public sealed class LogSamplingTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData("{\"msg\":\"x\",\"error.type\":\"Timeout\"}", 9, true)]
    [InlineData("{\"msg\":\"x\",\"level\":\"error\"}", 0, true)]
    [InlineData("plain", 17, true)]
    [InlineData("plain", 9, false)]
    [InlineData("{\"msg\":\"x\",\"status\":500}", 9, true)]
    [InlineData("{\"msg\":\"x\",\"status\":\"503\"}", 9, true)]
    [InlineData("{\"msg\":\"x\",\"status\":499}", 9, false)]
    [InlineData("{\"msg\":\"x\",\"duration_ms\":1000}", 9, true)]
    [InlineData("{\"msg\":\"x\",\"duration_ms\":999.5}", 9, false)]
    [InlineData("{\"a\":{\"b\":1},\"duration_seconds\":1.5}", 9, true)]
    [InlineData("{\"msg\":\"x\",\"duration_ms\":\"NaN\"}", 9, false)]
    public async Task ErrorsAndSlowRequestsAlwaysStay(string body, int severity, bool isKept)
    {
        var ingest = Ingest(new LogSamplingRule(null, [], 0));
        var answer = await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("api"), Otlp.Log(body, severity)), false, default);
        Assert.Empty(answer.Outcome!.Rejections);
        Assert.Equal(isKept ? 1 : 0, await StoredAsync());
        Assert.Equal((isKept ? 1 : 0, isKept ? 0 : 1), (Counts(ingest).Spared, Counts(ingest).Dropped));
    }

    [Fact]
    public async Task FieldsOfTheRecordAndOfAStructuredBodySayItToo()
    {
        var ingest = Ingest(new LogSamplingRule(null, [], 0));
        await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("api"),
            Otlp.Log("slow", attributes: [("duration_ms", 1500)]), Otlp.Log("bad", time: Otlp.Now + 1, attributes: [("http.response.status_code", 500)]), Otlp.Log("fine", time: Otlp.Now + 2, attributes: [("duration_ms", 5)]),
            Otlp.Log(new Dictionary<string, object> { ["message"] = "m", ["elapsed_ms"] = 2000.0 }, time: Otlp.Now + 3)), false, default);
        Assert.Equal(3, await StoredAsync());
    }

    [Fact]
    public async Task TheFirstRuleThatFitsHolds()
    {
        var ingest = Ingest(new LogSamplingRule("api", ["debug"], 0), new LogSamplingRule("api", [], 1), new LogSamplingRule(null, ["info"], 0));
        await SendAsync(ingest, "api", 5, "api debug");
        await SendAsync(ingest, "api", 9, "api info");
        await SendAsync(ingest, "web", 5, "web debug");
        await SendAsync(ingest, "web", 9, "web info");
        await SendAsync(ingest, "web", 13, "web warn");
        Assert.Equal(["api info", "web debug", "web warn"], (await LinesAsync()).Order());
        Assert.Equal(["api/debug", "api/*", "*/info"], ingest.Sampler.Report().Logs.Select(l => l.Name));
        Assert.Equal([1L, 0, 1], ingest.Sampler.Report().Logs.Select(l => l.Dropped));
    }

    [Fact]
    public async Task RecordsOfOneTraceGoTogetherAndARepeatGoesAsTheFirst()
    {
        var ingest = Ingest(new LogSamplingRule(null, [], 0.3));
        var random = new Random(3);
        var kept = 0;
        for (var i = 0; i < 300; i++)
        {
            var trace = new byte[16];
            random.NextBytes(trace);
            var before = await StoredAsync();
            await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("api"), [.. Enumerable.Range(0, 3).Select(n => Otlp.Log($"line {n}", 9, Otlp.Now + (ulong)(i * 10 + n)).Data(9, trace))]), false, default);
            var stored = await StoredAsync() - before;
            Assert.True(stored is 0 or 3);
            kept += stored / 3;
            if (i >= 100)
                continue;
            var first = await StoredAsync();
            var line = Otlp.Request(Otlp.Service("api"), Otlp.Log($"no trace {i}", 9, Otlp.Now + (ulong)i));
            await ingest.OtlpLogsAsync(line, false, default);
            var once = await StoredAsync() - first;
            await ingest.OtlpLogsAsync(line, false, default);
            Assert.Equal(once, await StoredAsync() - first);
        }
        Assert.InRange(kept, 60, 120);
        Assert.InRange(await StoredAsync() - kept * 3, 15, 48);
    }

    [Fact]
    public async Task CountsAndPatternsAreTakenBefore()
    {
        var ingest = Ingest(new LogSamplingRule(null, [], 0));
        for (var i = 0; i < 10; i++)
            await SendAsync(ingest, "api", 9, $"user {i} came in");
        await ingest.FlushDerivedAsync(default);
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(0, await StoredAsync());
        var series = await _store.LabelValuesAsync("__name__", new Telemetry.Metrics.SeriesSelect(0, long.MaxValue, []), default);
        Assert.Contains(series, name => name.StartsWith("bongsu_log_pattern", StringComparison.Ordinal));
        Assert.Equal(10, await CountedAsync());
    }

    private async Task<double> CountedAsync()
    {
        using var found = await _store.SelectAsync(new Telemetry.Metrics.SeriesSelect(0, long.MaxValue, []), default);
        var most = 0.0;
        for (var i = 0; i < found.Count; i++)
        {
            var samples = new Telemetry.Metrics.SampleColumns();
            using var reader = found.OpenReader();
            reader.Read(i, samples);
            if (found.Labels(i).Get("__name__") == "bongsu_log_records_total")
                most = Math.Max(most, samples.Values.Span.ToArray().DefaultIfEmpty().Max());
        }
        return most;
    }

    private IngestService Ingest(params LogSamplingRule[] rules) => new(_store, new IngestOptions { Sampling = new SamplingPlan { Logs = rules } }, _time, NullLogger<IngestService>.Instance);

    private static LogRuleCounts Counts(IngestService ingest) => Assert.Single(ingest.Sampler.Report().Logs);

    private static async Task SendAsync(IngestService ingest, string service, int severity, string line) =>
        await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service(service), Otlp.Log(line, severity)), false, default);

    private async Task<int> StoredAsync() => (await LinesAsync()).Count;

    private async Task<List<string>> LinesAsync()
    {
        var lines = new List<string>();
        await foreach (var batch in _store.SelectAsync(new LogSelect(long.MinValue, long.MaxValue, []), new List<string>(), default))
        {
            for (var i = 0; i < batch.Count; i++)
                lines.Add(batch.BodyText(i));
        }
        return lines;
    }
}
