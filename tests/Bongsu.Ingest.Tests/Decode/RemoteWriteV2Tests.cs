using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Decode;

public sealed class RemoteWriteV2Tests
{
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    private readonly ManualTime _time = new();

    [Fact]
    public void Samples_carry_their_start_or_that_of_their_series()
    {
        var both = NewBoth();
        var request = new WriteV2()
            .Series([("__name__", "a")], WriteV2.Sample(NowMs, 1))
            .Series([("__name__", "b"), ("z", "1")], WriteV2.Sample(NowMs, 2, NowMs - 5), WriteV2.Sample(NowMs + 1, 3, NowMs + 9))
            .Add(new Proto().Varints(1, 1, 2).Message(2, new Proto().Double(1, 4).Varint(2, NowMs)).Varint(6, NowMs - 7))
            .Series([("__name__", "c")], WriteV2.Sample(NowMs, 5)).Bytes;
        for (var pass = 0; pass < 3; pass++)
        {
            both.Same(request);
            Assert.Equal([1d, 2, 3, 4, 5], both.Batch.SampleValues.Span.ToArray());
            Assert.Equal([0, NowMs - 5, 0, NowMs - 7, 0], both.Batch.SampleStartTimesMs.Span.ToArray());
        }
        Assert.NotNull(both.Batch.Handle(0));
        Assert.Equal("b{z=\"1\"}", LabelSet.FromCanonical(both.Batch.SeriesLabels(1)).ToString());
    }

    [Fact]
    public void Symbols_may_follow_and_references_may_stand_one_by_one_and_out_of_order()
    {
        var both = NewBoth();
        var request = new WriteV2 { SymbolsLast = true };
        var refs = request.Refs(("z", "1"), ("__name__", "m"), ("a", "2"));
        var series = new Proto();
        foreach (var reference in refs)
            series.Varint(1, reference);
        both.Same(request.Add(series.Message(2, WriteV2.Sample(NowMs, 1).Item2)).Bytes);
        Assert.Equal("m{a=\"2\", z=\"1\"}", LabelSet.FromCanonical(both.Batch.SeriesLabels(0)).ToString());
    }

    [Fact]
    public void Histograms_of_all_kinds_are_read()
    {
        var both = NewBoth();
        var span = new Proto().ZigZag(1, 0).Varint(2, 3);
        var ints = new Proto().Varint(1, 4).Double(3, 1.5).ZigZag(4, 2).Message(11, span).Varints(12, 2, 1, 2).Varint(15, NowMs).Varint(17, NowMs - 3);
        var custom = new Proto().Double(2, 6).Double(3, 9).ZigZag(4, -53).Message(11, span).Doubles(13, 1, 2, 3).Doubles(16, 0.5, 1).Varint(15, NowMs + 1);
        both.Same(new WriteV2().Series([("__name__", "h")], (3, ints), (3, custom)).Bytes);
        Assert.Empty(both.Tally.Rejections);
        Assert.Equal([NowMs - 3, 0], both.Batch.HistogramStartTimesMs.Span.ToArray());
        Assert.Equal([1d, 0, 1], both.Batch.Histograms[0].Value.PositiveBuckets);
        Assert.Equal([0.5, 1], both.Batch.Histograms[1].Value.CustomValues);
    }

    [Fact]
    public void Histograms_that_contradict_themselves_are_refused()
    {
        Proto Histogram(int length, int offset = 0) => new Proto().Double(2, 6).ZigZag(4, -53).Message(11, new Proto().ZigZag(1, offset).Varint(2, (ulong)length)).Varint(15, NowMs);
        var request = new WriteV2().Series([("__name__", "h")],
            (3, Histogram(2).Doubles(13, 1, -1).Doubles(16, 1, 2)),
            (3, Histogram(3).Doubles(13, 1, 1, 1).Doubles(16, 1)),
            (3, Histogram(1, -1).Doubles(13, 1).Doubles(16, 1)),
            (3, Histogram(1).Doubles(13, 1).Doubles(16, 1, double.PositiveInfinity)),
            (3, Histogram(1).Doubles(13, 1).Doubles(16, 1).Double(7, 1)),
            (3, new Proto().Double(2, 1).ZigZag(4, 9).Varint(15, NowMs)));
        var both = NewBoth();
        both.Same(request.Bytes);
        Assert.Empty(both.Batch.Histograms);
        Assert.True(both.Batch.IsDropped(0));
        Assert.Equal(6, both.Tally.Count);
        var reasons = string.Join("; ", both.Tally.Rejections.Select(r => r.Detail));
        foreach (var part in new[] { "below zero", "beyond the custom bounds", "+Inf", "zero bucket", "schema 9" })
            Assert.Contains(part, reasons);
    }

    [Fact]
    public void Exemplars_and_metadata_come_with_their_series_and_metadata_once()
    {
        var both = NewBoth();
        var request = new WriteV2();
        (int, Proto) Exemplar() => (4, new Proto().Varints(1, request.Refs(("trace_id", "t1"))).Double(2, 0.3).Varint(3, NowMs));
        (int, Proto) Metadata(string help) => (5, new Proto().Varint(1, 3).Varint(3, request.Ref(help)).Varint(4, request.Ref("seconds")));
        request.Series([("__name__", "d_bucket"), ("le", "1")], WriteV2.Sample(NowMs, 1), Exemplar(), Metadata("Duration."))
            .Series([("__name__", "d_sum")], WriteV2.Sample(NowMs, 1), Metadata("Duration."));
        both.Same(request.Bytes);
        Assert.Equal([new MetricMetadata("d", MetricType.Histogram, "seconds", "Duration.")], both.Batch.Metadata);
        Assert.Equal("{trace_id=\"t1\"}", Assert.Single(both.Batch.Exemplars).Exemplar.Labels.ToString());
        both.Same(request.Bytes);
        Assert.Empty(both.Batch.Metadata);
        Assert.Single(both.Batch.Exemplars);
    }

    [Fact]
    public void What_breaks_a_rule_is_refused_by_itself()
    {
        var request = new WriteV2();
        request.Series([("__name__", "good")], WriteV2.Sample(NowMs, 1), (4, new Proto().Double(2, 1)))
            .Series([("a", "b")], WriteV2.Sample(NowMs, 1))
            .Series([("__name__", "twice"), ("a", "1"), ("a", "2")], WriteV2.Sample(NowMs, 1))
            .Series([("__name__", "none")])
            .Series([("__name__", "mixed")], WriteV2.Sample(NowMs, 1), (3, new Proto().Double(2, 0).Varint(15, NowMs)))
            .Series([("__name__", "early")], WriteV2.Sample(-1, 1), WriteV2.Sample(NowMs, 2))
            .Add(new Proto().Varints(1, 1, 2, 1).Message(2, WriteV2.Sample(NowMs, 1).Item2))
            .Add(new Proto().Varints(1, 1, 999).Message(2, WriteV2.Sample(NowMs, 1).Item2))
            .Add(new Proto().Varints(1, 1, ulong.MaxValue).Message(2, WriteV2.Sample(NowMs, 1).Item2));
        var both = NewBoth();
        for (var pass = 0; pass < 2; pass++)
        {
            both.Same(request.Bytes);
            Assert.Equal([1d, 2], Kept(both.Batch));
            Assert.Equal(10, both.Tally.Count);
            var reasons = string.Join("; ", both.Tally.Rejections.Select(r => r.Detail));
            foreach (var part in new[] { "exemplar of 'good'", "no metric name" })
                Assert.Contains(part, reasons);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x2a, 0x05, 0x0a }, "malformed")]
    [InlineData(new byte[] { 0x22, 0x01, (byte)'a' }, "empty string")]
    [InlineData(new byte[] { 0x2a, 0x03, 0x0a, 0x01, 0x80 }, "malformed")] // a reference that is cut short
    [InlineData(new byte[] { 0x2a, 0x02, 0x12, 0x05 }, "malformed")]
    public void Malformed_requests_fail_whole(byte[] request, string message)
    {
        var both = NewBoth();
        both.Same(request);
        Assert.Contains(message, both.Failure!.Message);
    }

    [Fact]
    public void Short_references_to_long_texts_are_bounded()
    {
        var request = new WriteV2();
        var refs = request.Refs([("__name__", "m"), .. Enumerable.Range(0, 10).Select(i => ($"l{i}", new string('x', 1000)))]);
        for (var i = 0; i < 50; i++)
            request.Add(new Proto().Varints(1, refs).Message(2, WriteV2.Sample(NowMs + i, 1).Item2));
        var limits = new IngestLimits { SeriesBytesPerRequest = 100_000 };
        var both = new KnownAndNew(_time, (known, bytes, batch, tally) => new RemoteWriteV2(limits, known).Decode(bytes, batch, tally));
        both.Same(request.Bytes);
        Assert.Equal((9, 41), (both.Batch.Count, both.Tally.Count));
    }

    [Fact]
    public void Changed_bytes_read_or_fail_the_same_when_the_series_are_known() => Properties.Hold<int>(seed =>
    {
        var random = new Random(seed);
        var both = NewBoth();
        var write = new WriteV2();
        for (var i = 0; i < 6; i++)
            write.Series([("__name__", "m"), ("i", $"{i / 2}"), .. i % 2 == 0 ? [] : new[] { ("j", "x") }], WriteV2.Sample(NowMs, i, i % 3 == 0 ? NowMs : 0));
        var request = write.Bytes;
        both.Same(request);
        both.Same(request);
        for (var changes = 0; changes < 20; changes++)
        {
            var changed = request.ToArray();
            for (var bytes = random.Next(1, 4); bytes > 0; bytes--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            both.Same(random.Next(4) == 0 ? changed[..random.Next(changed.Length)] : changed);
        }
        return true;
    }, 200);

    [Fact]
    public void Arbitrary_bytes_never_throw() => Properties.Hold<byte[]>(bytes =>
    {
        NewBoth().Same([0x22, 0, .. bytes]);
        NewBoth().Same([0x22, 0, 0x2a, (byte)Math.Min(127, bytes.Length), .. bytes]);
        return true;
    }, 1000);

    private static double[] Kept(MetricBatch batch) =>
        [.. Enumerable.Range(0, batch.SampleSeries.Count).Where(i => !batch.IsDropped(batch.SampleSeries[i])).Select(i => batch.SampleValues[i])];

    private KnownAndNew NewBoth() => new(_time, (known, request, batch, tally) => new RemoteWriteV2(new IngestLimits(), known).Decode(request, batch, tally));
}
