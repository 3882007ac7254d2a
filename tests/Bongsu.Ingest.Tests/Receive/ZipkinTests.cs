using System.Text;
using Bongsu.Ingest.Decode.Zipkin;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class ZipkinTests
{
    private const string Path = "/api/v2/spans";
    private const string Trace = "0102030405060708090a0b0c0d0e0f10";
    private const long NowMicros = (long)(Otlp.Now / 1_000);

    [Fact]
    public async Task ASpanIsMappedAsOpenTelemetryMapsIt()
    {
        await using var host = await IngestHost.StartAsync();
        var json = $$$"""
            [{"id":"00000000000000b7","traceId":"{{{Trace}}}","parentId":"a","kind":"CLIENT","name":"get \"x\"","timestamp":{{{NowMicros}}},"duration":1500,"debug":true,
              "tags":{"http.method":"GET","http.status_code":"503","error":"no\tanswer","service.name":"shop","service.version":"1.4","otel.scope.name":"lib","otel.scope.version":"1"},
              "annotations":[{"timestamp":{{{NowMicros + 5}}},"value":"retry"},{"timestamp":{{{NowMicros + 6}}},"value":"{\"exception\":{\"type\":\"Boom\",\"n\":2}}"}],
              "localEndpoint":{"serviceName":"shop","ipv4":"10.0.0.1"},"remoteEndpoint":{"serviceName":"stock","ipv6":"::1","port":5432}}]
            """;
        Assert.Equal((202, ""), await PostAsync(host, json));
        Assert.Equal([$"[service.name=shop:String service.version=1.4:String] scope=lib {Trace}/00000000000000b7<000000000000000a Client 'get \"x\"' {Otlp.Now}+1500000 Error(no\tanswer) "
            + "[http.method=GET:String http.status_code=503:Int peer.service=stock:String network.peer.address=::1:String network.peer.port=5432:Int network.local.address=10.0.0.1:String]"
            + $" @{Otlp.Now + 5000} retry[] @{Otlp.Now + 6000} exception[type=Boom:String n=2:Int]"], await ShownSpans.OfAsync(host.Store));
    }

    [Fact]
    public async Task AValueOfTheResourceMayHoldAnyCharacter()
    {
        await using var host = await IngestHost.StartAsync();
        string Span(int id, string version) => $$$"""{"id":"{{{id}}}","traceId":"{{{Trace}}}","name":"n","timestamp":{{{NowMicros}}},"tags":{"service.version":"{{{version}}}"},"localEndpoint":{"serviceName":"shop"}}""";
        Assert.Equal(202, (await PostAsync(host, $"[{Span(1, "a\\u0000service.name\\u0000b")},{Span(2, "a")}]")).Status);
        Assert.Equal(["[service.name=shop:String service.version=a\0service.name\0b:String", "[service.name=shop:String service.version=a:String"], (await ShownSpans.OfAsync(host.Store)).Select(s => s[..s.IndexOf(']', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task StatusOfOpenTelemetryExportersComesThrough()
    {
        await using var host = await IngestHost.StartAsync();
        string Span(int id, string tags) => $$$"""{"id":"{{{id}}}","traceId":"{{{Trace}}}","name":"n","timestamp":{{{NowMicros}}},"tags":{{{{tags}}}}}""";
        await PostAsync(host, $"[{Span(1, "\"otel.status_code\":\"OK\"")},{Span(2, "\"otel.status_code\":\"ERROR\",\"error\":\"boom\"")},{Span(3, "\"error\":\"false\"")},{Span(4, "\"error\":\"true\"")}]");
        Assert.Equal(["Ok()", "Error(boom)", "", "Error()"], (await ShownSpans.OfAsync(host.Store)).Select(s => s[s.IndexOf("+0", StringComparison.Ordinal)..].Split(' ')[1].TrimStart('[').TrimEnd(']').Replace("error=false:String", "")));
    }

    [Fact]
    public async Task TheTwoHalvesOfASharedSpanAreBothKept()
    {
        await using var host = await IngestHost.StartAsync();
        string Span(string id, string parent, string kind, string service, string more = "") =>
            $$$"""{"id":"{{{id}}}","traceId":"{{{Trace}}}","parentId":"{{{parent}}}","kind":"{{{kind}}}","name":"{{{service}}} {{{kind}}}","timestamp":{{{NowMicros}}},"duration":5,"localEndpoint":{"serviceName":"{{{service}}}"}{{{more}}}}""";
        await PostAsync(host, $"[{Span("b", "a", "CLIENT", "web")}]");
        await PostAsync(host, $"[{Span("c", "b", "CLIENT", "shop")},{Span("b", "a", "SERVER", "shop", ",\"shared\":true")},{Span("d", "b", "CLIENT", "other")}]");
        var own = SharedSpans.Own(new Telemetry.Events.SpanId(0xb));
        var parents = (await ShownSpans.OfAsync(host.Store)).Select(s => (Name: s.Split('\'')[1], Ids: s.Split('/')[1].Split(' ')[0])).ToDictionary(s => s.Name, s => s.Ids);
        Assert.Equal("000000000000000b<000000000000000a", parents["web CLIENT"]);
        Assert.Equal($"{own}<000000000000000b", parents["shop SERVER"]);
        Assert.Equal($"000000000000000c<{own}", parents["shop CLIENT"]);
        Assert.Equal("000000000000000d<000000000000000b", parents["other CLIENT"]);
    }

    [Fact]
    public async Task BadSpansAreRefusedAndTheOthersKept()
    {
        await using var host = await IngestHost.StartAsync();
        var good = $$$"""{"id":"1","traceId":"{{{Trace}}}","timestamp":{{{NowMicros}}}}""";
        var (status, body) = await PostAsync(host, $$$"""[{{{good}}},{"id":"2","timestamp":1},{"id":"xyz","traceId":"1","timestamp":1},7,{"id":"3","traceId":"1"},{"id":"4","traceId":"1","timestamp":"x"},{"id":"5","traceId":"1","timestamp":9223372036854775807}]""");
        Assert.Equal(400, status);
        foreach (var part in new[] { "1 accepted", "item 2: traceId", "item 3: id", "item 4 is no JSON object", "item 5: timestamp", "item 6: timestamp", "1970 and 2262" })
            Assert.Contains(part, body);
    }

    [Theory]
    [InlineData("{}", 400, "a list is expected")]
    [InlineData("[{]", 400, "malformed JSON")]
    [InlineData("[] x", 400, "more after the end")]
    [InlineData("[]", 202, "")]
    public async Task MalformedRequestsFail(string json, int status, string message)
    {
        await using var host = await IngestHost.StartAsync();
        var answer = await PostAsync(host, json);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Body);
    }

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        var decoder = new ZipkinSpans(new IngestLimits());
        foreach (var prefix in new[] { "", "[{\"id\":\"1\",\"traceId\":\"1\",\"timestamp\":1,\"tags\":{\"a\":\"", "[{\"annotations\":[{\"value\":\"{" })
            decoder.Decode([.. Encoding.UTF8.GetBytes(prefix), .. bytes, .. "\"}}]"u8], new SpanBatch(), new RejectionTally());
        return true;
    }, times: 1_000);

    [Fact]
    public void AChangedByteNeverThrows()
    {
        var good = Encoding.UTF8.GetBytes($$$"""[{"id":"b7","traceId":"{{{Trace}}}","kind":"CLIENT","timestamp":{{{NowMicros}}},"duration":5,"shared":true,"tags":{"a":"b\u0041"},"annotations":[{"timestamp":1,"value":"{\"e\":{\"k\":1}}"}],"localEndpoint":{"serviceName":"s"}}]""");
        var decoder = new ZipkinSpans(new IngestLimits());
        for (var at = 0; at < good.Length; at++)
        {
            foreach (var value in "\"\\{}[],:0x\0\xff".Select(c => (byte)c))
            {
                var bad = good.ToArray();
                bad[at] = value;
                decoder.Decode(bad, new SpanBatch(), new RejectionTally());
                decoder.Decode(bad.AsSpan(0, at), new SpanBatch(), new RejectionTally());
            }
        }
    }

    private static async Task<(int Status, string Body)> PostAsync(IngestHost host, string json)
    {
        var (status, body, _) = await host.JsonAsync(Path, json);
        return (status, body);
    }
}
