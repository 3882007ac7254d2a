using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>The hot paths allocate nothing once their buffers have grown to what senders send.</summary>
public sealed class AllocationTests
{
    private const int WarmUps = 40;
    private const int Runs = 20;

    private readonly RejectionTally _tally = new();

    [Fact]
    public void Decoding_spans_allocates_nothing()
    {
        var body = Otlp.Request(Otlp.Service("api"), [.. Enumerable.Range(1, 50).Select(i => new Proto().Data(1, Otlp.TraceId).Data(2, BitConverter.GetBytes((long)i)).Text(5, "GET /")
            .Fixed64(7, Otlp.Now).Fixed64(8, Otlp.Now + Otlp.Second).Message(9, Otlp.KeyValue("http.route", "/")).Message(9, Otlp.KeyValue("n", i)))]);
        var batch = new SpanBatch();
        var decoder = new OtlpSpans(new IngestLimits());
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, batch, _tally);
        });
        Assert.Equal(50, batch.Count);
    }

    [Fact]
    public void Decoding_log_records_allocates_nothing()
    {
        var body = Otlp.Request(Otlp.Service("api"), [.. Enumerable.Range(1, 50).Select(i => new Proto().Fixed64(1, Otlp.Now + (ulong)i).Varint(2, 9)
            .Message(5, Otlp.Any($"line {i}")).Message(6, Otlp.KeyValue("http.route", "/")))]);
        var batch = new LogBatch();
        var decoder = new OtlpLogs(new IngestLimits());
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, (long)Otlp.Now, batch, _tally);
        });
        Assert.Equal(50, batch.Count);
    }

    [Fact]
    public void Decoding_JSON_lines_allocates_nothing()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 50).Select(i =>
            $$"""{"ts":"2026-11-19T14:00:{{i:00}}.123Z","level":"{{(i % 3 == 0 ? "error" : "info")}}","service":"api{{i % 2}}","env":"prod","trace_id":"0102030405060708090a0b0c0d0e0f{{i:00}}","msg":"line {{i}}","n":{"a":[{{i}}] } }""" + "\n")));
        var batch = new LogBatch();
        var decoder = new Ingest.Decode.JsonLines.JsonLines(new IngestLimits());
        var options = new Ingest.Decode.JsonLines.JsonLinesOptions([], [], IsBodyMessage: false);
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, options, (long)Otlp.Now, batch, _tally);
        });
        Assert.Equal((50, 4), (batch.Count, batch.Streams.Count));
    }

    [Fact]
    public void Decoding_a_Loki_push_allocates_nothing()
    {
        var entries = Enumerable.Range(1, 50).Select(i => $"[\"{Otlp.Now + (ulong)i}\",\"{{\\\"level\\\":\\\"info\\\",\\\"n\\\":{i},\\\"path\\\":\\\"c:\\\\\\\\x\\\"}}\"{(i % 9 == 0 ? ",{\"user\":\"u1\"}" : "")}]");
        var body = Encoding.UTF8.GetBytes($"{{\"streams\":[{{\"stream\":{{\"app\":\"x\"}},\"values\":[{string.Join(',', entries)}]}}]}}");
        var batch = new LogBatch();
        var decoder = new LokiJson(new IngestLimits());
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            Assert.Null(decoder.Decode(body, batch, _tally));
        });
        Assert.Equal(50, batch.Count);
        Assert.Equal("""{"level":"info","n":1,"path":"c:\\x"}""", batch.Arena.GetString(batch.Records[0].Body.Payload));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decoding_remote_write_allocates_nothing(bool isKnown)
    {
        var body = new Proto().Each(1, Enumerable.Range(0, 50), i => new Proto()
            .Message(1, new Proto().Text(1, "__name__").Text(2, "up")).Message(1, new Proto().Text(1, "instance").Text(2, $"i{i}"))
            .Message(2, new Proto().Double(1, i).Varint(2, Otlp.Now / 1_000_000))).Bytes;
        var batch = new MetricBatch();
        var known = new SeriesLookup(new SeriesCache(IngestLimits.MiB, TimeProvider.System));
        var decoder = new RemoteWrite(new IngestLimits(), known);
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, batch, _tally);
            if (isKnown)
                known.Learn(batch);
        });
        Assert.Equal(50, batch.Count);
        Assert.Equal(isKnown, batch.Handle(49) is not null);
    }

    [Fact]
    public void Decoding_known_series_of_remote_write_2_allocates_nothing()
    {
        var request = new WriteV2();
        for (var i = 0; i < 50; i++)
            request.Series([("__name__", "up"), ("instance", $"i{i}")], WriteV2.Sample((long)Otlp.Now / 1_000_000, i, 1), (5, new Proto().Varint(1, 1).Varint(3, request.Ref("help"))));
        var body = request.Bytes;
        var batch = new MetricBatch();
        var known = new SeriesLookup(new SeriesCache(IngestLimits.MiB, TimeProvider.System));
        var decoder = new RemoteWriteV2(new IngestLimits(), known);
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, batch, _tally);
            known.Learn(batch);
        });
        Assert.Equal(50, batch.SampleStartTimesMs.Count);
    }

    [Fact]
    public void Decoding_known_series_of_OTLP_metrics_allocates_nothing()
    {
        var body = Otlp.Request(Otlp.Resource(("service.name", "api"), ("host.name", "h1")),
            Otlp.Sum("orders", "", true, 2, [.. Enumerable.Range(0, 20).Select(i => Otlp.Number(i, Otlp.Now, Otlp.Now - 1, ("http.route", $"/{i}")))]),
            Otlp.Sum("deltas", "", true, 1, Otlp.Number(1, Otlp.Now, Otlp.Now - 1)),
            Otlp.Histogram("lat", "s", 2, new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 6).Double(5, 1).Fixed64s(6, 1, 2, 3).Doubles(7, 0.1, 0.5)));
        var batch = new MetricBatch();
        var time = new ManualTime();
        var known = new SeriesLookup(new SeriesCache(IngestLimits.MiB, time));
        var decoder = new OtlpMetrics(new IngestLimits(), new DeltaAccumulator(10, time), known);
        AssertAllocatesNothing(() =>
        {
            batch.Clear();
            _tally.Clear();
            decoder.Decode(body, batch, _tally);
            known.Learn(batch);
        });
        Assert.Equal(27, batch.Count);
    }

    [Fact]
    public void Looking_for_secrets_in_clean_text_allocates_nothing()
    {
        var line = Encoding.UTF8.GetBytes("2026-11-19T14:00:00.123Z INFO POST /checkout?id=5 for order 123456 in 35 ms, user=u-1 {\"took_ms\":35,\"a\":\"x@y\"} 010-12 결제 완료");
        var redactor = new TextRedactor(RedactionRules.Default);
        var into = new ByteBuffer();
        AssertAllocatesNothing(() =>
        {
            Assert.False(redactor.TryRedact(line, into));
            _ = RedactionRules.Default.OfKey("http.request.header.user-agent"u8);
            _ = RedactionRules.Default.OfKey("http.response.status_code"u8);
        });
    }

    [Fact]
    public void Counting_log_records_by_known_patterns_allocates_nothing()
    {
        var body = Otlp.Request(Otlp.Service("api"), [.. Enumerable.Range(1, 50).Select(i => Otlp.Log(i % 3 == 0
            ? $$"""{"level":"info","message":"user {{i}} paid in {{i}} ms (3.5 KB)","error_type":"E"}""" : $"order {i} of customer u-{i} placed at 10.0.0.{i}:80 on Sun Jul 5"))]);
        var batch = new LogBatch();
        new OtlpLogs(new IngestLimits()).Decode(body, (long)Otlp.Now, batch, _tally);
        var metrics = new LogMetrics(new IngestOptions(), new IngestCounters(), new ManualTime());
        AssertAllocatesNothing(() => metrics.Observe(batch));
        Assert.Equal(50, batch.Count);
    }

    // The least of several runs: a runtime that compiles a method again in between may allocate on this thread.
    private static void AssertAllocatesNothing(Action work)
    {
        for (var i = 0; i < WarmUps; i++)
            work();
        var least = long.MaxValue;
        for (var i = 0; i < Runs; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }
}
