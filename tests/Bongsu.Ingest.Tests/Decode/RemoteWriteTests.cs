using Bongsu.Ingest.Decode.Prometheus;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>A series that is known must come out as if it were not: every request is decoded by a decoder that has learned and by a new one.</summary>
public sealed class RemoteWriteTests
{
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    private readonly ManualTime _time = new();

    [Fact]
    public void Known_series_are_named_by_handle_and_read_the_same()
    {
        var both = NewBoth();
        var request = new Proto().Each(1, Enumerable.Range(0, 20), i => Series(i, Sample(NowMs, i)));
        for (var pass = 0; pass < 3; pass++)
            both.Same(request.Bytes);
        Assert.All(Enumerable.Range(0, 20), i => Assert.NotNull(both.Batch.Handle(i)));
    }

    [Fact]
    public void Any_order_of_series_reads_the_same() => Properties.Hold<int[]>(order =>
    {
        var both = NewBoth();
        for (var pass = 0; pass < 3; pass++)
            both.Same(new Proto().Each(1, order.Skip(pass), i => Series(i & 7, Sample(NowMs + pass, i))).Bytes);
        return true;
    }, 100);

    [Fact]
    public void Changed_bytes_read_or_fail_the_same_when_the_series_are_known() => Properties.Hold<int>(seed =>
    {
        var random = new Random(seed);
        var both = NewBoth();
        var request = new Proto().Each(1, Enumerable.Range(0, 6), i => Series(i, Points(i))).Bytes;
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
    public void Labels_after_samples_are_part_of_the_series()
    {
        var both = NewBoth();
        both.Same(new Proto().Message(1, Series(1, Sample(NowMs, 1))).Bytes);
        both.Same(new Proto().Message(1, Series(1, Sample(NowMs, 1)).Message(1, Label("z", "late"))).Bytes);
        Assert.Equal("m{i=\"1\", z=\"late\"}", LabelSet.FromCanonical(both.Batch.SeriesLabels(0)).ToString());
        // A known series followed by one more label, which is no sample.
        both.Same(new Proto().Message(1, Series(1, new Proto().Text(1, "more").Text(2, "x"), field: 1).Message(2, Sample(NowMs, 1))).Bytes);
        Assert.Equal("m{i=\"1\", more=\"x\"}", LabelSet.FromCanonical(both.Batch.SeriesLabels(0)).ToString());
    }

    [Theory]
    [InlineData(-1, RejectReason.TooOld)]
    [InlineData(long.MaxValue, RejectReason.TooFarInFuture)]
    public void Impossible_times_are_refused_and_the_series_without_samples_is_dropped(long time, RejectReason reason)
    {
        var both = NewBoth();
        var good = new Proto().Message(1, Series(1, Sample(NowMs, 1))).Message(1, Series(2, Sample(NowMs, 1)));
        both.Same(good.Bytes);
        for (var pass = 0; pass < 2; pass++)
        {
            both.Same(new Proto().Message(1, Series(1, Sample(time, 1))).Message(1, Series(2, Sample(NowMs, 2))).Message(1, Series(3, Sample(time, 3))).Bytes);
            Assert.Equal([(reason, 2)], both.Tally.Rejections.Select(r => (r.Reason, r.Count)));
            Assert.Equal((true, false, true), (both.Batch.IsDropped(0), both.Batch.IsDropped(1), both.Batch.IsDropped(2)));
            Assert.Equal([2d], both.Batch.SampleValues.Span.ToArray());
        }
    }

    [Fact]
    public void Arbitrary_bytes_never_throw() => Properties.Hold<byte[]>(bytes =>
    {
        NewBoth().Same(bytes);
        return true;
    }, 1000);

    private KnownAndNew NewBoth() => new(_time, (known, request, batch, tally) => new RemoteWrite(new IngestLimits(), known).Decode(request, batch, tally));

    private static Proto Points(int i) => (i % 3) switch
    {
        0 => Sample(NowMs, i),
        1 => new Proto().Varint(2, NowMs),
        _ => Sample(NowMs, double.NaN).Varint(7, 3),
    };

    // Label sets of which one begins with another, so that a key may only match whole.
    private static Proto Series(int i, Proto sample, int field = 2)
    {
        var series = new Proto().Message(1, Label("__name__", "m")).Message(1, Label("i", $"{i / 2}"));
        if (i % 2 == 1)
            series = new Proto().Message(1, Label("__name__", "m")).Message(1, Label("i", $"{i}"));
        if (i % 3 == 2)
            series.Message(1, Label("j", "x"));
        return series.Message(field, sample);
    }

    private static Proto Label(string name, string value) => new Proto().Text(1, name).Text(2, value);

    private static Proto Sample(long ms, double value) => new Proto().Double(1, value).Varint(2, (ulong)ms);
}
