using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline;

public sealed class PipelineTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task ResourcesGetTheNamesThatSignalsAreJoinedBy()
    {
        var ingest = Ingest();
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Resource(("deployment.environment", "prod"), ("app.version", "3")), Otlp.Span(1)), false, default);
        var found = await _store.TracesAsync([Telemetry.Events.TraceId.FromBytes(Otlp.TraceId)], [], default);
        Assert.Equal(("unknown_service", "prod", "3"), (found.ResourceText(0, "service.name"u8), found.ResourceText(0, "deployment.environment.name"u8), found.ResourceText(0, "service.version"u8)));
    }

    [Fact]
    public async Task LogStreamsAreServiceEnvironmentAndLevel()
    {
        var ingest = Ingest();
        await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Resource(("service.name", "shop"), ("deployment.environment", "prod")), Otlp.Log("a", 17), Otlp.Log("b", 0)), false, default);
        var streams = await _store.StreamsAsync(new LogSelect(0, long.MaxValue, []), default);
        Assert.Equal(["{deployment_environment_name=\"prod\", level=\"error\", service_name=\"shop\"}", "{deployment_environment_name=\"prod\", level=\"unknown\", service_name=\"shop\"}"],
            streams.Select(s => s.ToString()).Order());
    }

    [Fact]
    public async Task NoSecretReachesTheStore()
    {
        var ingest = Ingest();
        var nested = new Dictionary<string, object> { ["password"] = "hunter2", ["list"] = new object[] { "mail a@b.com", "fine" } };
        var span = Otlp.Span(1, "login hunter2@example.com", attributes: [("http.request.header.cookie", new object[] { "hunter2" }), ("url.full", "http://h/?token=hunter2"), ("n", nested)])
            .Message(11, new Proto().Fixed64(1, Otlp.Now).Text(2, "password=hunter2")).Message(15, new Proto().Text(2, "secret=hunter2").Varint(3, 2));
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Resource(("service.name", "shop"), ("api_key", "hunter2")), span), false, default);
        var found = await _store.TracesAsync([Telemetry.Events.TraceId.FromBytes(Otlp.TraceId)], [], default);
        Assert.DoesNotContain("hunter2", System.Text.Encoding.UTF8.GetString(found.Arena.All));
        var map = found.Attributes.Find(found.Spans[0].Attributes, "n"u8);
        Assert.Equal("{\"password\":\"[redacted:password]\",\"list\":[\"mail [redacted:email]\",\"fine\"]}", found.Attributes.Text(map));
        Assert.Equal(1, ingest.Counters.Snapshot().RedactedByRule["header"]);
    }

    [Fact]
    public async Task LabelsAreRedactedAndOffMeansOff()
    {
        byte[] Request() => Otlp.Request(Otlp.Service("shop"), Otlp.Gauge("g", "", Otlp.Number(1, attributes: [("email", "a@b.com"), ("token", "x")])));
        await Ingest().OtlpMetricsAsync(Request(), false, default);
        await Ingest(new IngestOptions { Redact = false }).OtlpMetricsAsync(Request(), false, default);
        Assert.Equal(["[redacted:email]/[redacted:token]", "a@b.com/x"], (await SeriesAsync("g")).Select(s => $"{s.Labels.Get("email")}/{s.Labels.Get("token")}"));
    }

    [Fact]
    public async Task ANewSeriesBeyondTheBudgetIsRefusedWithTheOffenderNamed()
    {
        var ingest = Ingest(new IngestOptions { Limits = new IngestLimits { SeriesPerService = 10 } });
        Proto Point(int user) => Otlp.Gauge("logins", "", Otlp.Number(1, attributes: [("user", $"u{user}"), ("region", "kr")]));
        var answer = await ingest.OtlpMetricsAsync(Otlp.Request(Otlp.Service("shop"), [.. Enumerable.Range(0, 15).Select(Point)]), false, default);
        var rejection = Assert.Single(answer.Outcome!.Rejections);
        Assert.Equal((RejectReason.SeriesBudget, 5, 10), (rejection.Reason, rejection.Count, answer.Outcome.Accepted));
        Assert.Contains("service 'shop'", rejection.Detail);
        Assert.Contains("metric 'logins'", rejection.Detail);
        Assert.Contains("label 'user'", rejection.Detail);
        var old = await ingest.OtlpMetricsAsync(Otlp.Request(Otlp.Service("shop"), Point(3)), false, default);
        var other = await ingest.OtlpMetricsAsync(Otlp.Request(Otlp.Service("cart"), Point(99)), false, default);
        Assert.Empty(old.Outcome!.Rejections);
        Assert.Empty(other.Outcome!.Rejections);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Empty((await ingest.OtlpMetricsAsync(Otlp.Request(Otlp.Service("shop"), Point(77)), false, default)).Outcome!.Rejections);
    }

    [Fact]
    public async Task AKnownSeriesStaysRedactedAndARefusedOneStaysRefused()
    {
        var ingest = Ingest(new IngestOptions { Limits = new IngestLimits { SeriesPerService = 1 } });
        for (var pass = 1; pass <= 3; pass++)
        {
            var answer = await ingest.RemoteWriteAsync(Write(pass, ("email", "a@b.com"), ("job", "shop"), ("user", "1"), ("user", "2")), default);
            Assert.Equal((1, 1), (answer.Outcome!.Accepted, answer.Outcome.Rejected));
        }
        var found = Assert.Single(await SeriesAsync("m"));
        Assert.Equal(("[redacted:email]", "1", 3), (found.Labels.Get("email"), found.Labels.Get("user"), found.Samples.TimesMs.Count));
    }

    [Fact]
    public async Task ASeriesThatGoesOnIsActiveThoughItIsKnown()
    {
        var ingest = Ingest(new IngestOptions { Limits = new IngestLimits { SeriesPerService = 1 } });
        for (var minute = 0; minute < 180; minute++)
        {
            Assert.Equal(0, (await ingest.RemoteWriteAsync(Write(minute, ("job", "shop"), ("user", "1")), default)).Outcome!.Rejected);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(1, (await ingest.RemoteWriteAsync(Write(0, ("job", "shop"), ("user", "2")), default)).Outcome!.Rejected);
        _time.Advance(TimeSpan.FromMinutes(70));
        Assert.Equal(0, (await ingest.RemoteWriteAsync(Write(0, ("job", "shop"), ("user", "2")), default)).Outcome!.Rejected);
        Assert.Equal(1, (await ingest.RemoteWriteAsync(Write(0, ("job", "shop"), ("user", "1")), default)).Outcome!.Rejected);
    }

    /// <summary>A write request of a sample of "m" for each user, with the other labels on all.</summary>
    private static byte[] Write(int pass, params (string Name, string Value)[] labels) => new Proto().Each(1, labels.Where(l => l.Name == "user"), user => new Proto()
        .Message(1, new Proto().Text(1, "__name__").Text(2, "m"))
        .Each(1, labels.Where(l => l.Name != "user").Append(user), l => new Proto().Text(1, l.Name).Text(2, l.Value))
        .Message(2, new Proto().Double(1, pass).Varint(2, Otlp.Now / 1_000_000 + (ulong)pass))).Bytes;

    [Fact]
    public async Task SpansBecomeCallsAndEdges()
    {
        var ingest = Ingest();
        var client = Otlp.Span(1, "POST", kind: 3, attributes: ("server.address", "payments"));
        var server = Otlp.Span(2, "POST /pay/17", parent: 1, attributes: [("http.route", "/pay/{id}"), ("http.request.method", "POST"), ("http.response.status_code", 500)]);
        var query = Otlp.Span(3, "SELECT", parent: 2, kind: 3, attributes: [("db.system.name", "postgresql"), ("db.namespace", "shop")]);
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("orders"), client), false, default);
        await ingest.OtlpTracesAsync(Otlp.Request(Otlp.Service("payments"), server, query), false, default);
        _time.Advance(TimeSpan.FromSeconds(11));
        await ingest.FlushDerivedAsync(default);

        var calls = (await SeriesAsync("traces_spanmetrics_calls_total")).Single(s => s.Labels.Get("span_kind") == "SPAN_KIND_SERVER");
        Assert.Equal(("POST /pay/{id}", "STATUS_CODE_ERROR", "payments"), (calls.Labels.Get("span_name"), calls.Labels.Get("status_code"), calls.Labels.Get("service_name")));
        Assert.Equal([0d, 1], calls.Samples.Values.Span.ToArray());
        Assert.Equal(["orders>payments:", "payments>shop@postgresql:database"],
            (await SeriesAsync("traces_service_graph_request_total")).Select(s => $"{s.Labels.Get("client")}>{s.Labels.Get("server")}:{s.Labels.Get("connection_type")}").Order());
        Assert.Equal([1d, 0], (await SeriesAsync("traces_service_graph_request_failed_total")).OrderBy(s => s.Labels.Get("client")).Select(s => s.Samples.Values[1]));
        Assert.Single(await SeriesAsync("traces_service_graph_request_server_seconds_count"));
        var buckets = await SeriesAsync("traces_spanmetrics_latency_bucket");
        Assert.Equal(1, buckets.Single(s => s.Labels.Get("le") == "1" && s.Labels.Get("span_kind") == "SPAN_KIND_SERVER").Samples.Values[1]);
        Assert.Equal(0, buckets.Single(s => s.Labels.Get("le") == "0.75" && s.Labels.Get("span_kind") == "SPAN_KIND_SERVER").Samples.Values[1]);
    }

    [Fact]
    public async Task RefusedSpansAreNotCounted()
    {
        var refusing = new IngestService(new Receive.RefusingStore(_store, RejectReason.DiskFull), new IngestOptions(), _time, NullLogger<IngestService>.Instance);
        await refusing.OtlpTracesAsync(Otlp.Request(Otlp.Service("a"), Otlp.Span(1)), false, default);
        Assert.Equal(0, (await refusing.FlushDerivedAsync(default)).Rejected);
    }

    [Fact]
    public async Task ALogWithoutTimeIsDatedNow()
    {
        await Ingest().OtlpLogsAsync(Otlp.Request(Otlp.Service("a"), Otlp.Log("x", time: 0)), false, default);
        await foreach (var batch in _store.SelectAsync(new LogSelect(0, long.MaxValue, []), [], default))
            Assert.Equal((long)Otlp.Now, batch.Records[0].TimeUnixNano);
    }

    private IngestService Ingest(IngestOptions? options = null) => new(_store, options ?? new IngestOptions(), _time, NullLogger<IngestService>.Instance);

    private async Task<List<(LabelSet Labels, SampleColumns Samples)>> SeriesAsync(string name)
    {
        using var found = await _store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]), default);
        var result = new List<(LabelSet, SampleColumns)>();
        for (var i = 0; i < found.Count; i++)
        {
            var samples = new SampleColumns();
            using var reader = found.OpenReader();
            reader.Read(i, samples);
            result.Add((found.Labels(i), samples));
        }
        return result;
    }
}
