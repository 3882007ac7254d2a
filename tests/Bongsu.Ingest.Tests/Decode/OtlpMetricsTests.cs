using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class OtlpMetricsTests
{
    private const string Shop = "deployment_environment_name=\"prod\", instance=\"i1\", job=\"team/shop\", service_name=\"shop\", service_version=\"1.2\"";

    private static readonly Proto s_resource = Otlp.Resource(("service.name", "shop"), ("service.namespace", "team"), ("service.instance.id", "i1"),
        ("service.version", "1.2"), ("deployment.environment.name", "prod"), ("host.name", "h1"));

    private readonly ManualTime _time = new();
    private readonly SeriesLookup _known;
    private readonly OtlpMetrics _decoder;
    private readonly RejectionTally _tally = new();

    public OtlpMetricsTests()
    {
        _known = new SeriesLookup(new SeriesCache(IngestLimits.MiB, _time));
        _decoder = new OtlpMetrics(new IngestLimits(), new DeltaAccumulator(100, _time), _known);
    }

    [Fact]
    public void AGaugeCarriesIdentityAttributesAndTargetInfo()
    {
        var samples = Decode(Otlp.Gauge("room.temp", "Cel", Otlp.Number(21.5, attributes: ("room.name", "a"))));
        Assert.Equal(21.5, samples["room_temp_celsius{" + Shop.Replace("service_name", "room_name=\"a\", service_name") + "}"]);
        Assert.Equal(1, samples["target_info{deployment_environment_name=\"prod\", host_name=\"h1\", instance=\"i1\", job=\"team/shop\", service_name=\"shop\", service_version=\"1.2\"}"]);
        Assert.Equal(2, samples.Count);
    }

    [Fact]
    public void MetadataNamesTheFamily()
    {
        var batch = DecodeBatch(Otlp.Gauge("room.temp", "Cel", Otlp.Number(1)), Otlp.Sum("orders", "1", true, 2, Otlp.Number(1)));
        Assert.Equal([new MetricMetadata("room_temp_celsius", MetricType.Gauge, "celsius", "help"), new MetricMetadata("orders_total", MetricType.Counter, "", "")], batch.Metadata);
    }

    [Fact]
    public void IntegersAndNonMonotonicSumsKeepTheirValue()
    {
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(6, unchecked((ulong)-7));
        Assert.Equal(-7, Decode(Otlp.Sum("pool.size", "", false, 2, point))[$"pool_size{{{Shop}}}"]);
    }

    [Fact]
    public void AHistogramBecomesCumulativeBuckets()
    {
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 6).Double(5, 12.35).Fixed64s(6, 1, 2, 1, 1, 1).Doubles(7, 0.1, 0.5, 1, 5);
        var samples = Decode(Otlp.Histogram("lat", "s", 2, point));
        Assert.Equal([1d, 3, 4, 5, 6], new[] { "0.1", "0.5", "1", "5", "+Inf" }.Select(le => samples[$"lat_seconds_bucket{{{Shop.Replace("service_name", $"le=\"{le}\", service_name")}}}"]));
        Assert.Equal(12.35, samples[$"lat_seconds_sum{{{Shop}}}"]);
        Assert.Equal(6, samples[$"lat_seconds_count{{{Shop}}}"]);
    }

    [Fact]
    public void AnExemplarStandsOnTheBucketOfItsValue()
    {
        var exemplar = new Proto().Fixed64(2, Otlp.Now).Double(3, 0.7).Data(5, Otlp.TraceId).Data(4, Otlp.SpanId(9));
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 2).Double(5, 0.9).Fixed64s(6, 1, 1, 0).Doubles(7, 0.5, 1).Message(8, exemplar);
        var batch = DecodeBatch(Otlp.Histogram("lat", "s", 2, point));
        var (series, found) = Assert.Single(batch.Exemplars);
        Assert.Equal("1", LabelSet.FromCanonical(batch.SeriesLabels(series)).Get("le"));
        Assert.Equal((0.7, "0102030405060708090a0b0c0d0e0f10", "0000000000000009"), (found.Value, found.Labels.Get("trace_id"), found.Labels.Get("span_id")));
    }

    [Fact]
    public void AnExponentialHistogramBecomesNative()
    {
        // Scale 0: bucket i of OTLP holds (2^i, 2^(i+1)], which is bucket i+1 of Prometheus.
        var buckets = new Proto().ZigZag(1, -1).Varints(2, 1, 0, 0, 0, 2, 3);
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 7).Double(5, 131).ZigZag(6, 0).Fixed64(7, 1).Message(8, buckets);
        var histogram = Assert.Single(DecodeBatch(Otlp.Exponential("rpc", 2, point)).Histograms).Value;
        Assert.True(histogram.IsValid(out _));
        Assert.Equal((7d, 131d, 1d, 0), (histogram.Count, histogram.Sum, histogram.ZeroCount, histogram.Schema));
        Assert.Equal([new BucketSpan(0, 1), new BucketSpan(3, 2)], histogram.PositiveSpans);
        Assert.Equal([1d, 2, 3], histogram.PositiveBuckets);
    }

    [Fact]
    public void AFinerScaleIsMadeCoarser()
    {
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 10).ZigZag(6, 10).Message(8, new Proto().ZigZag(1, -2).Varints(2, 1, 2, 3, 4));
        var histogram = Assert.Single(DecodeBatch(Otlp.Exponential("rpc", 2, point)).Histograms).Value;
        // Scale 10 to 8: indexes -2,-1 | 0,1 join by four: -1 and 0.
        Assert.Equal(8, histogram.Schema);
        Assert.Equal([3d, 7], histogram.PositiveBuckets);
        Assert.Equal(0, histogram.PositiveSpans[0].Offset);
    }

    [Fact]
    public void ATooCoarseScaleIsRefusedAndCounted()
    {
        Assert.Empty(DecodeBatch(Otlp.Exponential("rpc", 2, new Proto().Fixed64(3, Otlp.Now).ZigZag(6, -5))).Histograms);
        Assert.Contains("scale -5", Assert.Single(_tally.Rejections).Detail);
    }

    [Fact]
    public void ASummaryBecomesQuantiles()
    {
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 10).Double(5, 20).Message(6, new Proto().Double(1, 0.99).Double(2, 3));
        var samples = Decode(new Proto().Text(1, "old").Message(11, new Proto().Message(1, point)));
        Assert.Equal(3, samples[$"old{{{Shop.Replace("service_name", "quantile=\"0.99\", service_name")}}}"]);
        Assert.Equal((20d, 10d), (samples[$"old_sum{{{Shop}}}"], samples[$"old_count{{{Shop}}}"]));
    }

    [Fact]
    public void NoRecordedValueIsAStalenessMarker()
    {
        var batch = DecodeBatch(Otlp.Gauge("g", "", new Proto().Fixed64(3, Otlp.Now).Varint(8, 1)));
        Assert.True(SampleValues.IsStale(batch.SampleValues[0]));
    }

    [Fact]
    public void DeltasAddUpAndARepeatedRequestCountsOnce()
    {
        Proto Window(int i, double value) => Otlp.Sum("orders", "", true, 1, Otlp.Number(value, Otlp.Now + (ulong)i * Otlp.Second, Otlp.Now + (ulong)(i - 1) * Otlp.Second));
        Assert.Equal([5, 5, 8], new[] { Window(1, 5), Window(1, 5), Window(2, 3) }.Select(m => Decode(m)[$"orders_total{{{Shop}}}"]));
        Assert.Equal(0, _tally.Count);
    }

    [Fact]
    public void DeltaHistogramsAddUpInEveryForm()
    {
        Proto Classic(int i) => Otlp.Histogram("lat", "s", 1, new Proto().Fixed64(2, Otlp.Now + (ulong)i).Fixed64(3, Otlp.Now + (ulong)i + 1).Fixed64(4, 3).Double(5, 1.5).Fixed64s(6, 1, 2).Doubles(7, 1));
        Decode(Classic(1));
        var samples = Decode(Classic(2));
        Assert.Equal((6d, 3d), (samples[$"lat_seconds_count{{{Shop}}}"], samples[$"lat_seconds_sum{{{Shop}}}"]));

        Proto Native(int i, int scale, int offset) => Otlp.Exponential("rpc", 1, new Proto().Fixed64(2, Otlp.Now + (ulong)i).Fixed64(3, Otlp.Now + (ulong)i + 1).Fixed64(4, 2).Double(5, 4)
            .ZigZag(6, scale).Message(8, new Proto().ZigZag(1, offset).Varints(2, 1, 1)));
        DecodeBatch(Native(1, 1, 0));
        var histogram = Assert.Single(DecodeBatch(Native(2, 0, 0)).Histograms).Value;
        Assert.Equal((0, 4d, 8d), (histogram.Schema, histogram.Count, histogram.Sum));
        Assert.Equal([3d, 1], histogram.PositiveBuckets);
    }

    [Fact]
    public void AMalformedRequestCountsNoDelta()
    {
        var good = Otlp.Sum("orders", "", true, 1, Otlp.Number(5, Otlp.Now + 1, Otlp.Now));
        var request = Otlp.Request(s_resource, good);
        byte[] broken = [.. request, 0x0a, 0x7f, 1];
        Assert.NotNull(_decoder.Decode(broken, new MetricBatch(), _tally));
        Assert.Equal(5, Decode(good)[$"orders_total{{{Shop}}}"]);
    }

    [Fact]
    public void ABadPointIsRefusedByItself()
    {
        var samples = Decode(
            Otlp.Gauge("a", "", Otlp.Number(1, time: 0), Otlp.Number(2, time: ulong.MaxValue), Otlp.Number(3)),
            Otlp.Histogram("h", "", 2, new Proto().Fixed64(3, Otlp.Now).Fixed64s(6, 1, 2).Doubles(7, 5, 1)),
            Otlp.Sum("no.temporality", "", true, 0, Otlp.Number(1)),
            Otlp.Gauge("big", "", Otlp.Number(1, attributes: ("k", new string('x', 9000)))));
        Assert.Equal(3, samples[$"a{{{Shop}}}"]);
        Assert.Equal(2, samples.Count);
        Assert.Equal(5, _tally.Count);
        Assert.Contains(_tally.Rejections, r => r.Reason == RejectReason.TooFarInFuture);
        Assert.Contains(_tally.Rejections, r => r.Detail.Contains("limit is 8192"));
    }

    [Fact]
    public void AHistogramCannotBlowUpTheLabels()
    {
        var bounds = Enumerable.Range(1, 4000).Select(i => (double)i).ToArray();
        var point = new Proto().Fixed64(3, Otlp.Now).Fixed64s(6, new ulong[4001]).Doubles(7, bounds).Each(9, Enumerable.Range(0, 50), i => Otlp.KeyValue($"k{i}", new string('x', 8000)));
        Assert.Equal(0, DecodeBatch(Otlp.Histogram("lat", "s", 2, point)).Count);
        Assert.Equal(RejectReason.TooLarge, Assert.Single(_tally.Rejections).Reason);
    }

    [Fact]
    public void KnownSeriesReadAsNewOnes()
    {
        var exemplar = new Proto().Fixed64(2, Otlp.Now).Double(3, 0.7).Data(5, Otlp.TraceId);
        Proto Histogram(double scale) => new Proto().Fixed64(2, Otlp.Now - Otlp.Second).Fixed64(3, Otlp.Now).Fixed64(4, 6).Double(5, scale).Fixed64s(6, 1, 2, 3).Doubles(7, 0.1, 0.5)
            .Message(8, exemplar).Message(9, Otlp.KeyValue("route", "/"));
        var both = NewBoth();
        for (var pass = 0; pass < 3; pass++)
        {
            both.Same(Otlp.Request(s_resource,
                Otlp.Gauge("room.temp", "Cel", Otlp.Number(pass, attributes: ("room.name", "a")), Otlp.Number(pass, attributes: ("room.name", "b"))),
                Otlp.Gauge("target_info", "", Otlp.Number(pass)),
                Otlp.Sum("orders", "1", true, 2, Otlp.Number(pass, Otlp.Now, Otlp.Now - Otlp.Second)),
                Otlp.Histogram("lat", "s", 2, Histogram(pass)),
                Otlp.Exponential("rpc", 2, new Proto().Fixed64(2, Otlp.Now - Otlp.Second).Fixed64(3, Otlp.Now).Fixed64(4, 1).Message(8, new Proto().Varints(2, 1))),
                new Proto().Text(1, "old").Message(11, new Proto().Message(1, new Proto().Fixed64(3, Otlp.Now).Fixed64(4, 10).Double(5, 20).Message(6, new Proto().Double(1, 0.99).Double(2, 3))))));
            Assert.Empty(both.Tally.Rejections);
        }
        Assert.All(Enumerable.Range(0, both.Batch.SeriesCount), i => Assert.NotNull(both.Batch.Handle(i)));
        // The same points of another resource are other series.
        both.Same(Otlp.Request(Otlp.Service("cart"), Otlp.Gauge("room.temp", "Cel", Otlp.Number(1, attributes: ("room.name", "a")))));
        Assert.Equal("cart", LabelSet.FromCanonical(both.Batch.SeriesLabels(0)).Get("service_name"));
    }

    [Fact]
    public void ChangedBytesReadOrFailTheSameWhenTheSeriesAreKnown() => Properties.Hold<int>(seed =>
    {
        var random = new Random(seed);
        var both = NewBoth();
        var request = Otlp.Request(s_resource, Otlp.Gauge("a", "s", Otlp.Number(1, attributes: ("k", "v")), Otlp.Number(2, attributes: ("k", "w"))),
            Otlp.Histogram("h", "s", 2, new Proto().Fixed64(2, 1).Fixed64(3, Otlp.Now).Fixed64(4, 3).Double(5, 1).Fixed64s(6, 1, 2).Doubles(7, 1)),
            Otlp.Exponential("e", 2, new Proto().Fixed64(2, 1).Fixed64(3, Otlp.Now).Fixed64(4, 3).ZigZag(6, 3).Message(8, new Proto().ZigZag(1, 4).Varints(2, 1, 2))));
        both.Same(request);
        both.Same(request);
        for (var changes = 0; changes < 20; changes++)
        {
            var changed = request.ToArray();
            for (var bytes = random.Next(1, 4); bytes > 0; bytes--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            both.Same(changed);
        }
        return true;
    }, 200);

    [Fact]
    public void CountersAndHistogramsSayWhenTheyBegan()
    {
        const long NowMs = (long)(Otlp.Now / 1_000_000);
        var batch = DecodeBatch(
            Otlp.Gauge("g", "", Otlp.Number(1, Otlp.Now, Otlp.Now - Otlp.Second)),
            Otlp.Sum("updown", "", false, 2, Otlp.Number(1, Otlp.Now, Otlp.Now - Otlp.Second)),
            Otlp.Sum("orders", "", true, 2, Otlp.Number(1, Otlp.Now, Otlp.Now - Otlp.Second)),
            Otlp.Sum("later", "", true, 2, Otlp.Number(1, Otlp.Now, Otlp.Now + Otlp.Second)),
            Otlp.Exponential("rpc", 2, new Proto().Fixed64(2, Otlp.Now - Otlp.Second).Fixed64(3, Otlp.Now)));
        Assert.Equal([0, 0, NowMs - 1000, 0, 0], batch.SampleStartTimesMs.Span.ToArray());
        Assert.Equal([NowMs - 1000], batch.HistogramStartTimesMs.Span.ToArray());
    }

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        _decoder.Decode(bytes, new MetricBatch(), new RejectionTally());
        return true;
    }, 1000);

    [Fact]
    public void FlippedBitsNeverThrow()
    {
        var request = Otlp.Request(s_resource, Otlp.Gauge("a", "s", Otlp.Number(1, attributes: ("k", "v"))),
            Otlp.Histogram("h", "s", 1, new Proto().Fixed64(2, 1).Fixed64(3, Otlp.Now).Fixed64(4, 3).Double(5, 1).Fixed64s(6, 1, 2).Doubles(7, 1)),
            Otlp.Exponential("e", 1, new Proto().Fixed64(2, 1).Fixed64(3, Otlp.Now).Fixed64(4, 3).ZigZag(6, 3).Message(8, new Proto().ZigZag(1, 4).Varints(2, 1, 2))));
        for (var bit = 0; bit < request.Length * 8; bit++)
        {
            byte[] flipped = [.. request];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            _decoder.Decode(flipped, new MetricBatch(), new RejectionTally());
        }
    }

    private Dictionary<string, double> Decode(params Proto[] metrics)
    {
        var batch = DecodeBatch(metrics);
        var samples = new Dictionary<string, double>();
        for (var i = 0; i < batch.SampleSeries.Count; i++)
            samples[LabelSet.FromCanonical(batch.SeriesLabels(batch.SampleSeries[i])).ToString()] = batch.SampleValues[i];
        return samples;
    }

    private MetricBatch DecodeBatch(params Proto[] metrics)
    {
        var batch = new MetricBatch();
        Assert.Null(_decoder.Decode(Otlp.Request(s_resource, metrics), batch, _tally));
        _known.Learn(batch);
        return batch;
    }

    private KnownAndNew NewBoth() =>
        new(_time, (known, request, batch, tally) => new OtlpMetrics(new IngestLimits(), new DeltaAccumulator(100, _time), known).Decode(request, batch, tally));
}
