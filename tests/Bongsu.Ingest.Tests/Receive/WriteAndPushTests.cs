using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class WriteAndPushTests
{
    private const string Pb = "application/x-protobuf";
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    [Fact]
    public async Task RemoteWriteKeepsBitsAndSortsLabels()
    {
        await using var host = await IngestHost.StartAsync();
        var stale = BitConverter.Int64BitsToDouble(SampleValues.StaleNaNBits);
        var request = new Proto().Message(1, Series([("z", "1"), ("__name__", "up"), ("a", "2")], (NowMs, 1), (NowMs + 1, stale), (NowMs + 2, double.NegativeInfinity)));
        Assert.Equal(204, (await host.PostAsync("/api/v1/write", Snap.Pack(request.Bytes), Pb, "snappy")).Status);
        var read = await ReadAsync(host, "up");
        Assert.Equal("up{a=\"2\", z=\"1\"}", read.Labels.ToString());
        Assert.Equal([BitConverter.DoubleToInt64Bits(1), SampleValues.StaleNaNBits, BitConverter.DoubleToInt64Bits(double.NegativeInfinity)],
            read.Samples.Values.Span.ToArray().Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public async Task NativeHistogramsOfBothKindsComeThrough()
    {
        await using var host = await IngestHost.StartAsync();
        var span = new Proto().ZigZag(1, -2).Varint(2, 3);
        var ints = new Proto().Varint(1, 6).Double(3, 1.5).ZigZag(4, 2).Double(5, 0.001).Varint(6, 1).Message(11, span).Varints(12, 2, 1, 2).Varint(14, 2).Varint(15, (ulong)NowMs);
        var floats = new Proto().Double(2, 6.5).Double(3, 1.5).ZigZag(4, 2).Double(7, 0.5).Message(11, span).Doubles(13, 1.5, 2.5, 2).Varint(15, (ulong)NowMs + 1);
        var series = new Proto().Message(1, Label("__name__", "h")).Message(4, ints).Message(4, floats);
        Assert.Equal(204, (await host.PostAsync("/api/v1/write", Snap.Pack(new Proto().Message(1, series).Bytes), Pb, "snappy")).Status);
        var read = (await ReadAsync(host, "h")).Samples.Histograms;
        Assert.Equal((2, 6d, CounterResetHint.NotReset), (read[0].Schema, read[0].Count, read[0].ResetHint));
        Assert.Equal([1d, 0, 1], read[0].PositiveBuckets); // differences 1, -1, 1
        Assert.Equal([1.5, 2.5, 2], read[1].PositiveBuckets);
    }

    [Fact]
    public async Task BadSeriesAreRefusedAndTheOthersKept()
    {
        await using var host = await IngestHost.StartAsync();
        var request = new Proto()
            .Message(1, Series([("__name__", "good")], (NowMs, 1)))
            .Message(1, Series([("a", "b")], (NowMs, 1)))
            .Message(1, Series([("__name__", "twice"), ("a", "1"), ("a", "2")], (NowMs, 1)))
            .Message(1, Series([("__name__", "early")], (-1, 1)))
            .Message(1, Series([("__name__", "late")], (long.MaxValue, 1)))
            .Message(1, new Proto().Message(1, Label("__name__", "utf")).Message(1, new Proto().Text(1, "k").Data(2, [0xff, 0xfe])).Message(2, Sample(NowMs, 1)));
        var (status, body, _) = await host.PostAsync("/api/v1/write", Snap.Pack(request.Bytes), Pb, "snappy");
        Assert.Equal(400, status);
        foreach (var part in new[] { "1 accepted", "no metric name", "two labels of one name", "before 1970", "after 2262", "not valid UTF-8" })
            Assert.Contains(part, body);
        Assert.Equal(1, host.Store.Status.SamplesAppended);
    }

    [Fact]
    public async Task WrongTypesAndHostileBlocksAreRefused()
    {
        await using var host = await IngestHost.StartAsync();
        var good = Snap.Pack(new Proto().Message(1, Series([("__name__", "up")], (NowMs, 1))).Bytes);
        Assert.Equal(415, (await host.PostAsync("/api/v1/write", good, Pb, "gzip")).Status);
        Assert.Equal(415, (await host.PostAsync("/api/v1/write", good, "text/plain", "snappy")).Status);
        Assert.Equal(413, (await host.PostAsync("/api/v1/write", [0xff, 0xff, 0xff, 0xff, 0x0f, 0], Pb, "snappy")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/v1/write", good[..^1], Pb, "snappy")).Status);
        Assert.Equal(400, (await host.PostAsync("/api/v1/write", Snap.Pack([0x0a, 0x80]), Pb, "snappy")).Status);
        Assert.Equal(0, host.Store.Status.SamplesAppended);
    }

    [Theory]
    [InlineData(RejectReason.DiskFull, 503)]
    [InlineData(RejectReason.MemoryLimit, 503)]
    [InlineData(RejectReason.SeriesBudget, 429)]
    public async Task AFullStoreAsksToComeAgain(RejectReason reason, int status)
    {
        await using var host = await IngestHost.StartAsync(wrap: store => new RefusingStore(store, reason));
        var write = await host.PostAsync("/api/v1/write", Snap.Pack(new Proto().Message(1, Series([("__name__", "up")], (NowMs, 1))).Bytes), Pb, "snappy");
        var push = await host.JsonAsync("/loki/api/v1/push", "{\"streams\":[{\"stream\":{\"app\":\"x\"},\"values\":[[\"" + Otlp.Now + "\",\"line\"]]}]}");
        var otlp = await host.PostAsync("/v1/logs", Otlp.Request(Otlp.Service("a"), Otlp.Log("x")), Pb);
        Assert.Equal([status, status, status], new[] { write.Status, push.Status, otlp.Status });
        Assert.All([write.Response, push.Response, otlp.Response], response => Assert.NotNull(response.Headers.RetryAfter));
    }

    [Fact]
    public async Task LokiPushesOfBothFormsAreStored()
    {
        await using var host = await IngestHost.StartAsync();
        var json = """{"streams":[{"values":[["NOW","one \ud83d\ude00 \ud800",{"trace":"t1"}]],"stream":{"app":"shop"}}]}""".Replace("NOW", Otlp.Now.ToString());
        Assert.Equal(204, (await host.JsonAsync("/loki/api/v1/push", json)).Status);
        var entry = new Proto().Message(1, new Proto().Varint(1, Otlp.Now / Otlp.Second).Varint(2, 5)).Text(2, "two").Message(3, new Proto().Text(1, "trace").Text(2, "t2"));
        var push = new Proto().Message(1, new Proto().Text(1, "{app=\"shop\", env=\"a\\\"b\"}").Message(2, entry));
        Assert.Equal(204, (await host.PostAsync("/loki/api/v1/push", Snap.Pack(push.Bytes), Pb)).Status);
        var found = await LogsAsync(host);
        Assert.Equal(["{__discovered__=\"service_name\", app=\"shop\", service_name=\"shop\"}|one 😀 \ufffd|t1", "{__discovered__=\"service_name\", app=\"shop\", env=\"a\\\"b\", service_name=\"shop\"}|two|t2"], found);
    }

    [Theory]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[["now","l"]]}]}""", "nanoseconds")]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[["","l"]]}]}""", "nanoseconds")]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[[true,"l"]]}]}""", "nanoseconds")]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[["1"]]}]}""", "line")]
    [InlineData("""{"streams":[{"stream":{},"values":[["1","l"]]}]}""", "no labels")]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[["9223372036854775808","l"]]}]}""", "2262")]
    [InlineData("""{"streams":[{"stream":{"app":"x"},"values":[["-5","l"]]}]}""", "1970")]
    [InlineData("""{"streams":7}""", "must be a list")]
    [InlineData("null", "must be an object")]
    public async Task BadPushesAreRefused(string json, string message)
    {
        await using var host = await IngestHost.StartAsync();
        var (status, body, _) = await host.JsonAsync("/loki/api/v1/push", json);
        Assert.Equal(400, status);
        Assert.Contains(message, body);
        Assert.Equal(0, host.Store.Status.LogRecordsAppended);
    }

    [Fact]
    public async Task DeepJsonIsRefused()
    {
        await using var host = await IngestHost.StartAsync();
        var deep = new string('[', 100_000) + new string(']', 100_000);
        foreach (var path in new[] { "/loki/api/v1/push", "/v1/traces", "/v1/metrics", "/v1/logs" })
        {
            Assert.Equal(400, (await host.JsonAsync(path, deep)).Status);
            Assert.Equal(400, (await host.JsonAsync(path, "{\"x\":" + deep + "}")).Status);
        }
    }

    private static async Task<List<string>> LogsAsync(IngestHost host)
    {
        var lines = new List<string>();
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, [], NewestFirst: false), [], default))
        {
            for (var i = 0; i < batch.Count; i++)
                lines.Add($"{LabelSet.FromCanonical(batch.StreamLabels(batch.Records[i].Stream))}|{batch.BodyText(i)}|{batch.Attributes.Text(batch.Records[i].Attributes.Start)}");
        }
        return lines;
    }

    private static async Task<(LabelSet Labels, SampleColumns Samples)> ReadAsync(IngestHost host, string name)
    {
        using var found = await host.Store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]), default);
        var samples = new SampleColumns();
        using var reader = found.OpenReader();
        reader.Read(0, samples);
        return (found.Labels(0), samples);
    }

    private static Proto Label(string name, string value) => new Proto().Text(1, name).Text(2, value);

    private static Proto Sample(long ms, double value) => new Proto().Double(1, value).Varint(2, (ulong)ms);

    private static Proto Series((string, string)[] labels, params (long, double)[] samples) =>
        new Proto().Each(1, labels, l => Label(l.Item1, l.Item2)).Each(2, samples, s => Sample(s.Item1, s.Item2));
}
