using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class RemoteWriteV2HttpTests
{
    private const string V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    [Fact]
    public async Task All_written_is_204_with_the_counts()
    {
        await using var host = await IngestHost.StartAsync();
        var request = new WriteV2();
        request.Series([("__name__", "a")], WriteV2.Sample(NowMs, 1), WriteV2.Sample(NowMs + 1, 2), (4, new Proto().Varints(1, request.Refs(("trace_id", "t"))).Double(2, 1).Varint(3, NowMs)))
            .Series([("__name__", "h")], (3, new Proto().Double(2, 0).Varint(15, NowMs)));
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack(request.Bytes), V2, "snappy");
        Assert.Equal((204, "2/1/1"), (answer.Status, Written(answer.Response)));
        Assert.Equal(3, host.Store.Status.SamplesAppended);
    }

    [Fact]
    public async Task A_partial_write_is_400_with_the_counts_of_what_was_written()
    {
        await using var host = await IngestHost.StartAsync();
        var request = new WriteV2().Series([("__name__", "a")], WriteV2.Sample(NowMs, 1), WriteV2.Sample(-5, 2)).Series([("b", "c")], WriteV2.Sample(NowMs, 1));
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack(request.Bytes), V2, "snappy");
        Assert.Equal((400, "1/0/0"), (answer.Status, Written(answer.Response)));
        Assert.Contains("no metric name", answer.Body);
    }

    [Fact]
    public async Task Written_are_counted_by_kind_as_the_store_took_them()
    {
        await using var host = await IngestHost.StartAsync(wrap: store => new RefusingStore(store, RejectReason.TooOld) { Taken = new AppendResult(3, [new Rejection(RejectReason.TooOld, 2, "old")]) { AcceptedHistograms = 1, AcceptedExemplars = 4 } });
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack(new WriteV2().Series([("__name__", "a")], WriteV2.Sample(NowMs, 1)).Bytes), V2, "snappy");
        Assert.Equal((400, "2/1/4"), (answer.Status, Written(answer.Response)));
    }

    [Fact]
    public async Task Nothing_readable_is_400_with_zeros()
    {
        await using var host = await IngestHost.StartAsync();
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack([0x2a, 0x05]), V2, "snappy");
        Assert.Equal((400, "0/0/0"), (answer.Status, Written(answer.Response)));
        Assert.Equal(400, (await host.PostAsync("/api/v1/write", [1, 2, 3], V2, "snappy")).Status);
    }

    [Theory]
    [InlineData("application/x-protobuf", 204)]
    [InlineData("application/x-protobuf; proto=prometheus.WriteRequest", 204)]
    [InlineData("application/x-protobuf;proto=\"prometheus.WriteRequest\"", 204)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v3.Request", 415)]
    [InlineData("application/x-protobuf;proto=", 415)]
    [InlineData("application/json", 415)]
    public async Task The_content_type_says_which_message_it_is(string type, int status)
    {
        await using var host = await IngestHost.StartAsync();
        var v1 = new Proto().Message(1, new Proto().Message(1, new Proto().Text(1, "__name__").Text(2, "up")).Message(2, new Proto().Double(1, 1).Varint(2, NowMs)));
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack(v1.Bytes), type, "snappy");
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 204 ? 1 : 0, host.Store.Status.SamplesAppended);
    }

    [Theory]
    [InlineData(RejectReason.DiskFull, 503)]
    [InlineData(RejectReason.SeriesBudget, 429)]
    public async Task A_full_store_asks_to_come_again_and_has_written_nothing(RejectReason reason, int status)
    {
        await using var host = await IngestHost.StartAsync(wrap: store => new RefusingStore(store, reason));
        var answer = await host.PostAsync("/api/v1/write", Snap.Pack(new WriteV2().Series([("__name__", "a")], WriteV2.Sample(NowMs, 1)).Bytes), V2, "snappy");
        Assert.Equal((status, "0/0/0"), (answer.Status, Written(answer.Response)));
        Assert.NotNull(answer.Response.Headers.RetryAfter);
    }

    private static string Written(HttpResponseMessage response) =>
        string.Join('/', new[] { "Samples", "Histograms", "Exemplars" }.Select(kind => Assert.Single(response.Headers.GetValues($"X-Prometheus-Remote-Write-{kind}-Written"))));
}
