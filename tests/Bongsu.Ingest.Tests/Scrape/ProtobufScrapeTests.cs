using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Tests.Scrape;

public sealed class ProtobufScrapeTests
{
    [Fact]
    public async Task Plain_metrics_and_summaries_are_read()
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", Body(
            Family("c_total", 0, Metric(3, new Proto().Double(1, 5).Message(2, new Proto().Message(1, Label("trace_id", "t1")).Double(2, 0.5).Message(3, Time(1_700_000_000, 0))).Message(3, Time(1_600_000_000, 500_000_000)))),
            Family("g", 1, Metric(2, new Proto().Double(1, -1.5)).Varint(6, 1_763_560_000_000)),
            Family("u", 3, Metric(5, new Proto().Double(1, 2))),
            Family("s", 2, Metric(4, new Proto().Varint(1, 7).Double(2, 3.5).Message(3, new Proto().Double(1, 0.5).Double(2, 0.1))))), ScrapeWorld.Protobuf);
        Assert.Equal("", (await world.ScrapeAsync(world.Loop(ScrapeWorld.Job()))).LastError);
        Assert.Equal("c_total{instance=\"t:1\", job=\"job\", x=\"1\"} 0=5", world.Stored("c_total"));
        Assert.Equal([1_600_000_000_500], Assert.Single(world.Series("c_total")).Samples.StartTimesMs.Span.ToArray());
        Assert.Equal([1_763_560_000_000], Assert.Single(world.Series("g")).Samples.TimesMs.Span.ToArray());
        Assert.EndsWith("=2", world.Stored("u"));
        Assert.Equal("s{instance=\"t:1\", job=\"job\", quantile=\"0.5\", x=\"1\"} 0=0.1", world.Stored("s"));
        Assert.EndsWith("=7", world.Stored("s_count"));
        Assert.EndsWith("=3.5", world.Stored("s_sum"));
        var exemplar = Assert.Single(Assert.Single(await world.Store.ExemplarsAsync(new SeriesSelect(0, long.MaxValue / 4, []), default)).Exemplars);
        Assert.Equal(("{trace_id=\"t1\"}", 1_700_000_000_000, 0.5), (exemplar.Labels.ToString(), exemplar.TimestampMs, exemplar.Value));
        Assert.Equal(MetricType.Summary, (await world.Store.MetadataAsync(default)).Single(m => m.Name == "s").Type);
    }

    [Theory]
    [InlineData(false, false, true, false)]
    [InlineData(true, false, false, true)]
    [InlineData(true, true, true, true)]
    public async Task A_histogram_of_both_kinds_is_kept_as_asked_for(bool native, bool alwaysClassic, bool keepsClassic, bool keepsNative)
    {
        await using var world = new ScrapeWorld();
        world.Answer("t", Body(Family("h", 4, Metric(7, Native().Message(3, new Proto().Varint(1, 2).Double(2, 1))))), ScrapeWorld.Protobuf);
        var loop = world.Loop(ScrapeWorld.Job() with { NativeHistograms = native, AlwaysClassicHistograms = alwaysClassic });
        Assert.Equal("", (await world.ScrapeAsync(loop)).LastError);
        Assert.Equal(keepsClassic ? ["+Inf", "1.0"] : [], world.Series("h_bucket").Select(s => s.Labels.Get("le")!).Order(StringComparer.Ordinal));
        Assert.Equal(keepsNative ? 1 : 0, world.Series("h").Count());
        if (!keepsNative)
            return;
        var histogram = Assert.Single(world.Series("h")).Samples.Histograms[0];
        Assert.Equal((3, 10.0, 4.0, 0.001, 1.0), (histogram.Schema, histogram.Sum, histogram.Count, histogram.ZeroThreshold, histogram.ZeroCount));
        Assert.Equal([new BucketSpan(1, 2)], histogram.PositiveSpans);
        Assert.Equal([1.0, 2.0], histogram.PositiveBuckets);
    }

    [Fact]
    public async Task A_series_goes_on_when_the_form_changes()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job());
        world.Answer("t", "a{x=\"1\"} 1\n");
        await world.ScrapeAsync(loop);
        world.Time.Advance(TimeSpan.FromSeconds(15));
        world.Answer("t", Body(Family("a", 1, Metric(2, new Proto().Double(1, 2)))), ScrapeWorld.Protobuf);
        await world.ScrapeAsync(loop);
        Assert.Equal("a{instance=\"t:1\", job=\"job\", x=\"1\"} 0=1 15=2", world.Stored("a"));
    }

    [Fact]
    public async Task Malformed_bodies_fail_the_scrape_with_a_place()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job() with { NativeHistograms = true });
        foreach (var (body, error) in new List<(byte[], string)> {
            (Body(Family("a", 1, Metric(2, new Proto().Double(1, 2))))[..^1], "byte 0: a metric family is cut short"),
            (Body(new Proto().Varint(3, 1)), "metric family at byte 0: the name is missing"),
            (Body(Family("a", 1, new Proto().Message(1, Label("x", "1")))), "metric family at byte 0: a metric has no value"),
            (Body(Family("h", 4, Metric(7, new Proto().Varint(1, 1).ZigZag(5, 3).Message(12, new Proto().Varint(2, 2)).ZigZag(13, 1)))), "metric family at byte 0: a native histogram is invalid: positive spans and buckets differ in number"),
            (Body(Family("h", 4, Metric(7, new Proto().Varint(1, 1).ZigZag(5, 3).Message(12, new Proto().Varint(2, 1)).ZigZag(13, -1)))), "metric family at byte 0: a native histogram is invalid: a count is below zero or no number")})
        {
            world.Answer("t", body, ScrapeWorld.Protobuf);
            Assert.Equal(error, (await world.ScrapeAsync(loop)).LastError);
        }
    }

    [Fact]
    public async Task Damaged_bodies_never_throw()
    {
        await using var world = new ScrapeWorld();
        var loop = world.Loop(ScrapeWorld.Job() with { NativeHistograms = true });
        var good = Body(Family("h", 4, Metric(7, Native())), Family("c", 0, Metric(3, new Proto().Double(1, 5).Message(2, new Proto().Message(1, Label("t", "1")).Double(2, 1)))));
        Properties.Hold<(int At, byte With)[]>(damage =>
        {
            var bytes = (byte[])good.Clone();
            foreach (var (at, with) in damage)
                bytes[(at & int.MaxValue) % bytes.Length] = with;
            world.Answer("t", bytes, ScrapeWorld.Protobuf);
            world.ScrapeAsync(loop).GetAwaiter().GetResult();
            return true;
        }, times: 300);
        Assert.Equal(0, world.Ingest.Counters.Snapshot().InflightBytes);
    }

    private static Proto Native() => new Proto().Varint(1, 4).Double(2, 10).ZigZag(5, 3).Double(6, 0.001).Varint(7, 1)
        .Message(12, new Proto().ZigZag(1, 1).Varint(2, 2)).ZigZag(13, 1).ZigZag(13, 1);

    private static Proto Family(string name, ulong type, params Proto[] metrics) => new Proto().Text(1, name).Text(2, "help").Varint(3, type).Each(4, metrics, m => m);

    private static Proto Metric(int field, Proto value) => new Proto().Message(1, Label("x", "1")).Message(field, value);

    private static Proto Label(string name, string value) => new Proto().Text(1, name).Text(2, value);

    private static Proto Time(ulong seconds, ulong nanos) => new Proto().Varint(1, seconds).Varint(2, nanos);

    private static byte[] Body(params Proto[] families)
    {
        var body = new List<byte>();
        foreach (var family in families)
        {
            var length = family.Bytes.Length;
            for (; length >= 0x80; length >>= 7)
                body.Add((byte)(length | 0x80));
            body.Add((byte)length);
            body.AddRange(family.Bytes);
        }
        return [.. body];
    }
}
