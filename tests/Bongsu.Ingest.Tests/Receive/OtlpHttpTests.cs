using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class OtlpHttpTests
{
    private const string Pb = "application/x-protobuf";

    [Fact]
    public async Task SpansAreStoredAndAnsweredInTheirEncoding()
    {
        await using var host = await IngestHost.StartAsync();
        var request = Otlp.Request(Otlp.Service("shop"), Otlp.Span(1), Otlp.Span(2, parent: 1));
        var plain = await host.PostAsync("/v1/traces", request, Pb);
        Assert.Equal((200, ""), (plain.Status, plain.Body));
        Assert.Equal(Pb, plain.Response.Content.Headers.ContentType!.MediaType);
        var gzip = await host.PostAsync("/v1/traces", Gzip(request), Pb, "gzip");
        Assert.Equal(200, gzip.Status);
        Assert.Equal(2, host.Store.Status.SpansAppended);
        Assert.Equal(4, host.Ingest.Counters.Snapshot().Accepted[Signal.Traces]);
        Assert.Equal(0, host.Ingest.Counters.Snapshot().InflightBytes);
    }

    [Fact]
    public async Task PartialSuccessIsSaid()
    {
        await using var host = await IngestHost.StartAsync();
        var json = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[
              {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"ok","startTimeUnixNano":"1795096800000000000","endTimeUnixNano":1795096800000000001},
              {"traceId":"00","spanId":"0102030405060708","name":"bad","startTimeUnixNano":"1795096800000000000"}]}]}]}
            """;
        var (status, body, _) = await host.JsonAsync("/v1/traces", json);
        Assert.Equal(200, status);
        var partial = JsonDocument.Parse(body).RootElement.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedSpans").GetString());
        Assert.Contains("trace_id", partial.GetProperty("errorMessage").GetString());
        Assert.Equal(1, host.Store.Status.SpansAppended);
    }

    [Theory]
    [InlineData("application/json", "{\"resourceSpans\":[", 400, "line 1")]
    [InlineData("application/json", "[]", 400, "must be an object")]
    [InlineData("application/json", "{\"resourceSpans\":[{\"scopeSpans\":{}}]}", 400, "must be a list")]
    [InlineData("text/plain", "x", 415, "application/x-protobuf")]
    [InlineData("application/x-protobuf", "\n\u007fx", 400, "at byte")]
    public async Task MalformedRequestsAreAnsweredWithTheirPlace(string type, string body, int status, string message)
    {
        await using var host = await IngestHost.StartAsync();
        var answer = await host.PostAsync("/v1/traces", Encoding.Latin1.GetBytes(body), type);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Body);
        Assert.Equal(0, host.Store.Status.SpansAppended);
    }

    [Fact]
    public async Task GzipBombsCutsAndGarbageAreRefused()
    {
        await using var host = await IngestHost.StartAsync();
        var request = Otlp.Request(Otlp.Service("shop"), Enumerable.Range(1, 200).Select(i => Otlp.Span(i)).ToArray());
        var packed = Gzip(request);
        for (var cut = 1; cut < packed.Length; cut += 7)
            Assert.Equal(400, (await host.PostAsync("/v1/traces", packed[..cut], Pb, "gzip")).Status);
        Assert.Equal(400, (await host.PostAsync("/v1/traces", packed[..^1], Pb, "gzip")).Status);
        Assert.Equal(400, (await host.PostAsync("/v1/traces", [1, 2, 3], Pb, "gzip")).Status);
        var bomb = await host.PostAsync("/v1/traces", Gzip(new byte[80 << 20]), Pb, "gzip");
        Assert.Equal(413, bomb.Status);
        Assert.Contains("67108864", bomb.Body);
        Assert.Equal(415, (await host.PostAsync("/v1/traces", request, Pb, "br")).Status);
        Assert.Equal(0, host.Store.Status.SpansAppended);
        Assert.Equal(0, host.Ingest.Counters.Snapshot().InflightBytes);
    }

    [Fact]
    public async Task TooLargeABodyAndTooMuchInFlightAreRefused()
    {
        await using var host = await IngestHost.StartAsync(new IngestOptions { Limits = new IngestLimits { BodyBytes = 1000, MaxConcurrentBytes = 100_000 } });
        var large = await host.PostAsync("/v1/traces", new byte[1001], Pb);
        Assert.Equal(413, large.Status);
        Assert.Contains("1000 bytes", large.Body);
        await using var busy = await IngestHost.StartAsync(new IngestOptions { Limits = new IngestLimits { MaxConcurrentBytes = 100 } });
        var answer = await busy.PostAsync("/v1/traces", new byte[500], Pb);
        Assert.Equal((503, "1"), (answer.Status, answer.Response.Headers.RetryAfter!.ToString()));
    }

    [Fact]
    public async Task ALargeAttributeAndDeepNestingAreRefusedWithTheirLimit()
    {
        await using var host = await IngestHost.StartAsync();
        object deep = "x";
        for (var i = 0; i < 40; i++)
            deep = new object[] { deep };
        var request = Otlp.Request(Otlp.Service("shop"), Otlp.Span(1, attributes: ("k", new string('x', 1 << 20))), Otlp.Span(2, attributes: ("d", deep)), Otlp.Span(3));
        var (status, body, _) = await host.PostAsync("/v1/traces", request, Pb);
        Assert.Equal(200, status);
        Assert.Contains("65536", body);
        Assert.Contains("nested deeper than the limit of 32", body);
        Assert.Equal(1, host.Store.Status.SpansAppended);
    }

    [Fact]
    public async Task LogsAndMetricsComeInByBothEncodings()
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(200, (await host.PostAsync("/v1/logs", Otlp.Request(Otlp.Service("shop"), Otlp.Log("hello")), Pb)).Status);
        Assert.Equal(200, (await host.JsonAsync("/v1/logs", """{"resource_logs":[{"scope_logs":[{"log_records":[{"time_unix_nano":"1795096800000000000","severity_number":"SEVERITY_NUMBER_WARN","body":{"string_value":"snake"}}]}]}]}""")).Status);
        Assert.Equal(200, (await host.PostAsync("/v1/metrics", Otlp.Request(Otlp.Service("shop"), Otlp.Gauge("g", "", Otlp.Number(1))), Pb)).Status);
        Assert.Equal(200, (await host.PostAsync("/api/v1/otlp/v1/metrics", Otlp.Request(Otlp.Service("shop"), Otlp.Gauge("g2", "", Otlp.Number(1))), Pb)).Status);
        Assert.Equal((2, 2), (host.Store.Status.LogRecordsAppended, host.Store.Status.SamplesAppended));
    }

    internal static byte[] Gzip(byte[] data)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(data);
        return output.ToArray();
    }
}
