using Bongsu.Ingest.Decode.Jaeger;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class JaegerTests
{
    private const string Path = "/api/traces?format=jaeger.thrift";
    private const string Type = "application/x-thrift";
    private const long NowMicros = (long)(Otlp.Now / 1_000);

    [Fact]
    public async Task ASpanIsMappedAsOpenTelemetryMapsIt()
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(202, (await host.PostAsync(Path, Batch(Span()), Type)).Status);
        const string trace = "00000000000000020000000000000001";
        Assert.Equal([$"[service.name=shop:String host.name=h1:String pid=7:Int] scope=lib {trace}/00000000000000b7<000000000000000a Client 'get' {Otlp.Now}+1500000 Error(no answer) "
            + "[http.status_code=503:Int ratio=0.5:Double ok=True:Bool raw=AQI=:Bytes]".Replace("True", "true")
            + $" @{Otlp.Now + 5000} retry[n=2:Int] @{Otlp.Now + 6000} said[message=said:String] ->{trace}/000000000000000c[opentracing.ref_type=follows_from:String] ->00000000000000000000000000000009/0000000000000001[opentracing.ref_type=child_of:String]"],
            await ShownSpans.OfAsync(host.Store));
    }

    [Fact]
    public async Task TheProcessMayComeLastAndTheParentAsAReference()
    {
        await using var host = await IngestHost.StartAsync();
        var span = new Thrift().Number(1, 1).Number(3, 2).Text(5, "n").List(6, new Thrift().Small(1, 0).Number(2, 1).Number(3, 0).Number(4, 9)).Number(8, NowMicros).Number(9, -5);
        var body = new Thrift().List(2, span).Struct(1, new Thrift().Text(1, "late")).Bytes;
        Assert.Equal(202, (await host.PostAsync(Path, body, Type)).Status);
        Assert.Equal([$"[service.name=late:String] 00000000000000000000000000000001/0000000000000002<0000000000000009 Unspecified 'n' {Otlp.Now}+-5000 []"], await ShownSpans.OfAsync(host.Store));
    }

    [Fact]
    public async Task BadSpansAreRefusedAndTheOthersKept()
    {
        await using var host = await IngestHost.StartAsync();
        var (status, body, _) = await host.PostAsync(Path, Batch(Span(), new Thrift().Number(3, 2).Number(8, 1), new Thrift().Number(1, 1).Number(8, 1), new Thrift().Number(1, 1).Number(3, 2).Number(8, -1)), Type);
        Assert.Equal(400, status);
        foreach (var part in new[] { "1 accepted", "trace id", "span id", "1970" })
            Assert.Contains(part, body);
    }

    [Fact]
    public async Task WrongTypesAndHostileLengthsAreRefused()
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(415, (await host.PostAsync(Path, Batch(Span()), "application/json")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/traces?format=zipkin.thrift", Batch(Span()), Type)).Status);
        foreach (var count in new[] { int.MaxValue, 1_000, -1 })
        {
            var (status, body, _) = await host.PostAsync(Path, new Thrift().Claim(2, count).Bytes, Type);
            Assert.Equal(400, status);
            Assert.Contains("malformed thrift", body);
        }
        byte[] deep = [.. Enumerable.Repeat<byte[]>([12, 0, 99], 100_000).SelectMany(b => b)];
        Assert.Equal(400, (await host.PostAsync(Path, deep, Type)).Status);
        Assert.Equal(400, (await host.PostAsync(Path, [], Type)).Status);
    }

    [Fact]
    public void ArbitraryBytesAndChangedOnesNeverThrow()
    {
        var decoder = new JaegerSpans(new IngestLimits());
        Properties.Hold<byte[]>(bytes =>
        {
            decoder.Decode(bytes, new SpanBatch(), new RejectionTally());
            return true;
        }, times: 1_000);
        var good = Batch(Span());
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 2, 8, 10, 11, 12, 13, 14, 15, 127, 255])
            {
                var bad = good.ToArray();
                bad[at] = value;
                decoder.Decode(bad, new SpanBatch(), new RejectionTally());
            }
            Assert.NotNull(decoder.Decode(good.AsSpan(0, at), new SpanBatch(), new RejectionTally()));
        }
    }

    private static byte[] Batch(params Thrift[] spans) =>
        new Thrift().Struct(1, new Thrift().Text(1, "shop").List(2, Thrift.Tag("hostname", "h1"), Thrift.Tag("pid", 7L))).List(2, spans).Number(3, 1).Bytes;

    private static Thrift Span() => new Thrift().Number(1, 1).Number(2, 2).Number(3, 0xb7).Number(4, 0xa).Text(5, "get")
        .List(6, Reference(0, 1, 2, 0xa), Reference(1, 1, 2, 0xc), Reference(0, 9, 0, 1)).Small(7, 1).Number(8, NowMicros).Number(9, 1500)
        .List(10, Thrift.Tag("span.kind", "client"), Thrift.Tag("error", true), Thrift.Tag("otel.status_description", "no answer"), Thrift.Tag("otel.library.name", "lib"),
            Thrift.Tag("http.status_code", 503L), Thrift.Tag("ratio", 0.5), Thrift.Tag("ok", true), Thrift.Tag("raw", (byte[])[1, 2]))
        .List(11, new Thrift().Number(1, NowMicros + 5).List(2, Thrift.Tag("event", "retry"), Thrift.Tag("n", 2L)), new Thrift().Number(1, NowMicros + 6).List(2, Thrift.Tag("message", "said")));

    private static Thrift Reference(int type, long low, long high, long span) => new Thrift().Small(1, type).Number(2, low).Number(3, high).Number(4, span);
}
