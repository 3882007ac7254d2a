using System.Buffers.Binary;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class OtlpGrpcTests
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Theory]
    [InlineData(Traces)]
    [InlineData("/opentelemetry.proto.collector.logs.v1.LogsService/Export")]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    public async Task ExportIsAnsweredWithAMessageAndTrailers(string method)
    {
        await using var host = await IngestHost.StartAsync();
        var item = method.Contains("trace") ? Otlp.Span(1) : method.Contains("logs") ? Otlp.Log("x") : Otlp.Gauge("g", "", Otlp.Number(1));
        var answer = await host.CallAsync(method, Frame(Otlp.Request(Otlp.Service("shop"), item)));
        Assert.Equal((200, "0"), ((int)answer.Response.StatusCode, answer.Status));
        Assert.Equal(new byte[5], answer.Body);
        Assert.True(answer.Response.TrailingHeaders.Contains("grpc-status"));
        Assert.Equal(1, host.Store.Status.SpansAppended + host.Store.Status.LogRecordsAppended + host.Store.Status.SamplesAppended);
    }

    [Fact]
    public async Task GzipMessagesAreUnpacked()
    {
        await using var host = await IngestHost.StartAsync();
        var packed = Frame(OtlpHttpTests.Gzip(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1))), flag: 1);
        Assert.Equal("0", (await host.CallAsync(Traces, packed, "gzip")).Status);
        Assert.Equal(1, host.Store.Status.SpansAppended);
        Assert.Equal("3", (await host.CallAsync(Traces, packed)).Status);
    }

    [Fact]
    public async Task PartialSuccessStandsInTheMessage()
    {
        await using var host = await IngestHost.StartAsync();
        var answer = await host.CallAsync(Traces, Frame(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1), Otlp.Span(0))));
        Assert.Equal("0", answer.Status);
        Assert.Contains("span_id is all zero", System.Text.Encoding.UTF8.GetString(answer.Body));
    }

    [Fact]
    public async Task BadRequestsHaveTheirStatus()
    {
        await using var host = await IngestHost.StartAsync(new IngestOptions { Limits = new IngestLimits { BodyBytes = 1000 } });
        Assert.Equal("3", (await host.CallAsync(Traces, [0, 0])).Status);
        Assert.Equal("3", (await host.CallAsync(Traces, [0, 0, 0, 0, 9, 1])).Status);
        var malformed = await host.CallAsync(Traces, Frame([0x0a, 0x7f, 1]));
        Assert.Equal("3", malformed.Status);
        Assert.Contains("at byte", malformed.Message);
        Assert.Equal("8", (await host.CallAsync(Traces, Frame(new byte[2000]))).Status);
        Assert.Equal("12", (await host.CallAsync("/opentelemetry.proto.collector.trace.v1.TraceService/Nope", Frame([]))).Status);
        Assert.Equal("12", (await host.CallAsync("/other.Service/Export", Frame([]))).Status);
        Assert.Equal("12", (await host.CallAsync(Traces, Frame([]), "zstd")).Status);
    }

    [Fact]
    public async Task AFullStoreIsUnavailableWithADelay()
    {
        await using var host = await IngestHost.StartAsync(wrap: store => new RefusingStore(store, RejectReason.DiskFull));
        var answer = await host.CallAsync(Traces, Frame(Otlp.Request(Otlp.Service("shop"), Otlp.Span(1))));
        Assert.Equal("14", answer.Status);
        Assert.True(answer.Response.Headers.Contains("grpc-status-details-bin"));
    }

    private static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
