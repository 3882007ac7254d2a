using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Loki;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class OtlpSpansTests
{
    private readonly OtlpSpans _decoder = new(new IngestLimits { AttributesPerRecord = 4 });

    [Fact]
    public void EveryFieldComesThrough()
    {
        var span = Otlp.Span(2, "op", parent: 1, kind: 3, attributes: [("s", "héllo"), ("i", -42), ("d", 1.5), ("b", true)])
            .Text(3, "a=b").Message(11, new Proto().Fixed64(1, 7).Text(2, "ev").Message(3, Otlp.KeyValue("k", 1)))
            .Message(13, new Proto().Data(1, Otlp.TraceId).Data(2, Otlp.SpanId(9)).Message(4, Otlp.KeyValue("l", "x")))
            .Message(15, new Proto().Text(2, "bad").Varint(3, 2)).Varint(10, 5);
        var batch = Decode(Otlp.Request(Otlp.Service("shop"), span));
        var s = batch.Spans[0];
        Assert.Equal(("op", "a=b", "bad", SpanKind.Client, SpanStatus.Error, 5), (batch.Arena.GetString(s.Name), batch.Arena.GetString(s.TraceState), batch.Arena.GetString(s.StatusMessage), s.Kind, s.Status, s.DroppedAttributes));
        Assert.Equal(["s=héllo", "i=-42", "d=1.5", "b=true"], Texts(batch, s.Attributes));
        Assert.Equal(["k=1"], Texts(batch, batch.Events[s.EventStart].Attributes));
        Assert.Equal(["l=x"], Texts(batch, batch.Links[s.LinkStart].Attributes));
        Assert.Equal((1ul, 2ul, "lib"), (s.ParentSpanId.Value, s.SpanId.Value, batch.Arena.GetString(batch.Scopes[s.Scope].Name)));
    }

    [Fact]
    public void AttributesPastTheLimitAreCountedAsDropped()
    {
        var span = Decode(Otlp.Request(Otlp.Service("a"), Otlp.Span(1, attributes: [.. Enumerable.Range(0, 7).Select(i => ($"k{i}", (object)i))]))).Spans[0];
        Assert.Equal((4, 3), (span.Attributes.Count, span.DroppedAttributes));
    }

    [Fact]
    public void InvalidUtf8IsReplacedAndCounted()
    {
        var tally = new RejectionTally();
        var bad = new Proto().Data(1, [0xff, (byte)'x']);
        var batch = Decode(Otlp.Request(Otlp.Service("a"), Otlp.Span(1, attributes: [("k", bad), ("n", new object[] { bad })])), tally);
        Assert.Equal(["k=\ufffdx", "n=[\"\ufffdx\"]"], Texts(batch, batch.Spans[0].Attributes));
        Assert.Equal(2, tally.RepairedTexts);
    }

    [Fact]
    public void JsonAndProtobufOfOneRequestAreTheSame()
    {
        var json = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"unknown":{"a":[1,{}]},"scopeSpans":[{"scope":{"name":"lib","version":"1.0"},
            "spans":[{"traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"AAAAAAAAAAI=","parentSpanId":"","name":"o\u0070","kind":"SPAN_KIND_CLIENT","startTimeUnixNano":"1795096799000000000","endTimeUnixNano":1795096800000000000,
            "attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"-1"},{"doubleValue":2.5},{"boolValue":true},{"bytesValue":"AQI="}]}}},{"key":"m","value":{"kvlistValue":{"values":[{"key":"x","value":{"stringValue":"y"}}]}}}]}]}]}]}
            """;
        var transcoded = new ByteBuffer();
        Assert.Null(new OtlpJson().Transcode(Encoding.UTF8.GetBytes(json), JsonSchema.Traces, transcoded));
        var fromJson = Decode(transcoded.Span);
        var span = Otlp.Span(2, "op", kind: 3, attributes: [("a", new object[] { -1, 2.5, true, new byte[] { 1, 2 } }), ("m", new Dictionary<string, object> { ["x"] = "y" })]);
        var fromProto = Decode(Otlp.Request(Otlp.Service("shop"), span));
        Assert.Equal(Describe(fromProto), Describe(fromJson));
    }

    [Fact]
    public void ArbitraryBytesNeverThrowInAnyDecoder()
    {
        var limits = new IngestLimits();
        OtlpLogs logs = new(limits);
        RemoteWrite write = new(limits, new SeriesLookup(new SeriesCache(IngestLimits.MiB, TimeProvider.System)));
        LokiProto lokiProto = new(limits);
        LokiJson lokiJson = new(limits);
        OtlpJson json = new();
        Properties.Hold<byte[]>(bytes =>
        {
            _decoder.Decode(bytes, new SpanBatch(), new RejectionTally());
            logs.Decode(bytes, 1, new LogBatch(), new RejectionTally());
            write.Decode(bytes, new MetricBatch(), new RejectionTally());
            lokiProto.Decode(bytes, new LogBatch(), new RejectionTally());
            lokiJson.Decode(bytes, new LogBatch(), new RejectionTally());
            json.Transcode(bytes, JsonSchema.Logs, new ByteBuffer());
            return true;
        }, 1000);
    }

    [Fact]
    public void FlippedBitsAndCutsNeverThrow()
    {
        var request = Otlp.Request(Otlp.Service("shop"), Otlp.Span(1, attributes: [("a", new object[] { 1, "x" }), ("b", 2.5)]).Message(11, new Proto().Fixed64(1, 7).Text(2, "ev").Message(3, Otlp.KeyValue("k", 1))));
        for (var bit = 0; bit < request.Length * 8; bit++)
        {
            byte[] flipped = [.. request];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            _decoder.Decode(flipped, new SpanBatch(), new RejectionTally());
            _decoder.Decode(request.AsSpan(0, bit / 8), new SpanBatch(), new RejectionTally());
        }
    }

    [Fact]
    public void ASpanCostsNoMemoryAfterWarmUp()
    {
        var request = Otlp.Request(Otlp.Service("shop"), [.. Enumerable.Range(1, 500).Select(i => Otlp.Span(i, attributes: [("http.route", "/a"), ("n", i), ("list", new object[] { 1, 2 })]))]);
        var batch = new SpanBatch();
        var tally = new RejectionTally();
        for (var i = 0; i < 3; i++)
        {
            batch.Clear();
            _decoder.Decode(request, batch, tally);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        batch.Clear();
        _decoder.Decode(request, batch, tally);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(500, batch.Count);
        Assert.Equal(0, allocated);
    }

    private SpanBatch Decode(ReadOnlySpan<byte> request, RejectionTally? tally = null)
    {
        var batch = new SpanBatch();
        Assert.Null(_decoder.Decode(request, batch, tally ?? new RejectionTally()));
        return batch;
    }

    private static string Describe(SpanBatch batch)
    {
        var s = batch.Spans[0];
        return string.Join('|', [batch.ResourceText(0, "service.name"u8)!, s.TraceId.ToString(), s.SpanId.ToString(), batch.Arena.GetString(s.Name), s.Kind.ToString(), s.StartUnixNano.ToString(),
            s.EndUnixNano.ToString(), batch.Arena.GetString(batch.Scopes[s.Scope].Version), .. Texts(batch, s.Attributes)]);
    }

    private static List<string> Texts(SpanBatch batch, Telemetry.Events.AttributeRange range) =>
        [.. Enumerable.Range(range.Start, range.Count).Select(row => Encoding.UTF8.GetString(batch.Attributes.Key(row)) + "=" + batch.Attributes.Text(row))];
}
