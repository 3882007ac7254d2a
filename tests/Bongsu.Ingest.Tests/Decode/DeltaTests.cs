using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Decode;

/// <summary>Delta points through the whole service, as a sender sends, repeats and reorders them.</summary>
public sealed class DeltaTests
{
    private const long NowMs = (long)(Otlp.Now / 1_000_000);

    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_request_that_is_sent_again_after_503_counts_once()
    {
        var windows = new[] { Sum(1, 5), Sum(2, 3) };
        var refusing = new Receive.RefusingStore(_store, RejectReason.DiskFull);
        var ingest = Ingest(refusing);
        Assert.True((await SendAsync(ingest, windows)).IsStoreFull);
        refusing.IsOpen = true;
        Assert.Equal(0, (await SendAsync(ingest, windows)).Rejected);
        Assert.Equal(0, (await SendAsync(ingest, windows)).Rejected);
        Assert.Equal([(NowMs - 49_000, 5d), (NowMs - 48_000, 8d)], await SamplesAsync("orders_total"));
    }

    [Fact]
    public async Task Windows_in_any_order_add_up_to_the_same_total_and_repeats_change_nothing()
    {
        var ingest = Ingest();
        foreach (var window in new[] { 1, 3, 2, 2, 3, 1 })
            Assert.Equal(0, (await SendAsync(ingest, Sum(window, window))).Rejected);
        await SendAsync(ingest, Sum(4, 10));
        Assert.Equal([(NowMs - 49_000, 1d), (NowMs - 47_000, 6d), (NowMs - 46_000, 16d)], await SamplesAsync("orders_total"));
    }

    [Fact]
    public async Task A_window_of_long_ago_is_refused_since_it_may_be_a_repeat()
    {
        var ingest = Ingest();
        for (var window = 1; window <= 10; window++)
            await SendAsync(ingest, Sum(window, 1));
        var rejection = Assert.Single((await SendAsync(ingest, Sum(2, 1))).Rejections);
        Assert.Equal(RejectReason.TooOld, rejection.Reason);
        Assert.Contains("ends before those already counted", rejection.Detail);
        Assert.Equal(10, (await SamplesAsync("orders_total"))[^1].Value);
    }

    [Fact]
    public async Task What_cannot_be_added_is_refused_with_its_reason_and_spoils_no_total()
    {
        var ingest = Ingest();
        await SendAsync(ingest, Sum(1, 5));
        Proto Odd(double value, ulong time, ulong start) => Otlp.Sum("orders", "", true, 1, Otlp.Number(value, time, start));
        foreach (var (point, part, reason) in new[]
        {
            (Sum(1, 6), "different values for the same time", RejectReason.Invalid),
            (Odd(1, Otlp.Now + 3600 * Otlp.Second, Otlp.Now), "in the future", RejectReason.TooFarInFuture),
            (Odd(1, Otlp.Now, Otlp.Now + 1), "starts after it ends", RejectReason.Invalid),
            (Odd(double.NaN, Otlp.Now, Otlp.Now - 1), "no finite number", RejectReason.Invalid),
        })
        {
            var rejection = Assert.Single((await SendAsync(ingest, point)).Rejections);
            Assert.Equal(reason, rejection.Reason);
            Assert.Contains(part, rejection.Detail);
        }
        await SendAsync(ingest, Sum(2, 3));
        Assert.Equal([5d, 8], (await SamplesAsync("orders_total")).Select(s => s.Value));
    }

    [Fact]
    public async Task After_a_restart_the_total_begins_anew_and_says_so()
    {
        await SendAsync(Ingest(), Sum(1, 5));
        var after = Ingest();
        await SendAsync(after, Sum(2, 3));
        // A gap is no error: nothing was counted in it.
        await SendAsync(after, Sum(9, 4));
        var samples = await ReadAsync("orders_total");
        Assert.Equal([5d, 3, 7], samples.Values.Span.ToArray());
        Assert.Equal([NowMs - 50_000, NowMs - 49_000, NowMs - 49_000], samples.StartTimesMs.Span.ToArray());
    }

    [Fact]
    public async Task Histograms_that_are_repeated_and_reordered_count_once()
    {
        var ingest = Ingest();
        foreach (var window in new[] { 1, 3, 2, 2, 1, 3 })
            Assert.Equal(0, (await SendAsync(ingest, Classic(window), Native(window))).Rejected);
        Assert.Equal(9, (await SamplesAsync("lat_seconds_count"))[^1].Value);
        var native = await ReadAsync("rpc");
        Assert.Equal((NowMs - 47_000, 6d, 12d), (native.HistogramTimesMs.Span[^1], native.Histograms[^1].Count, native.Histograms[^1].Sum));
    }

    [Fact]
    public async Task A_known_series_adds_to_the_total_it_began_as_a_new_one_with_redacted_labels_too()
    {
        var ingest = Ingest();
        for (var window = 1; window <= 4; window++)
            await SendAsync(ingest, Otlp.Sum("logins", "", true, 1, Otlp.Number(1, Time(window), Time(window - 1), ("email", "a@b.com"))));
        Assert.Equal([1d, 2, 3, 4], (await SamplesAsync("logins_total")).Select(s => s.Value));
    }

    [Fact]
    public void Any_order_with_any_repeats_ends_at_the_sum() => Properties.Hold<int>(seed =>
    {
        var random = new Random(seed);
        var deltas = new DeltaAccumulator(10, _time);
        double expected = 0, last = 0;
        for (var window = 0; window < 20; window += 3)
        {
            // Within three windows of each other, in any order, each one to three times.
            var group = Enumerable.Range(window + 1, 3).SelectMany(w => Enumerable.Repeat(w, random.Next(1, 4))).ToArray();
            random.Shuffle(group);
            expected += group.Distinct().Sum();
            foreach (var w in group)
            {
                if (deltas.Add(1, new DeltaWindow(Time(w - 1), Time(w)), w, out var total) != DeltaOutcome.Counted)
                    return false;
                last = Math.Max(last, total.Value);
            }
        }
        return last == expected;
    });

    private static ulong Time(int window) => Otlp.Now - 50 * Otlp.Second + (ulong)window * Otlp.Second;

    private static Proto Sum(int window, double value) => Otlp.Sum("orders", "", true, 1, Otlp.Number(value, Time(window), Time(window - 1)));

    private static Proto Classic(int window) => Otlp.Histogram("lat", "s", 1,
        new Proto().Fixed64(2, Time(window - 1)).Fixed64(3, Time(window)).Fixed64(4, 3).Double(5, 1.5).Fixed64s(6, 1, 2).Doubles(7, 1));

    private static Proto Native(int window) => Otlp.Exponential("rpc", 1,
        new Proto().Fixed64(2, Time(window - 1)).Fixed64(3, Time(window)).Fixed64(4, 2).Double(5, 4).ZigZag(6, 0).Message(8, new Proto().Varints(2, 1, 1)));

    private IngestService Ingest(ITelemetryStore? store = null) => new(store ?? _store, new IngestOptions(), _time, NullLogger<IngestService>.Instance);

    private static async Task<IngestOutcome> SendAsync(IngestService ingest, params Proto[] metrics) =>
        (await ingest.OtlpMetricsAsync(Otlp.Request(Otlp.Service("shop"), metrics), false, default)).Outcome!;

    private async Task<List<(long TimeMs, double Value)>> SamplesAsync(string name)
    {
        var samples = await ReadAsync(name);
        return [.. Enumerable.Range(0, samples.TimesMs.Count).Select(i => (samples.TimesMs[i], samples.Values[i]))];
    }

    private async Task<SampleColumns> ReadAsync(string name)
    {
        using var found = await _store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]), default);
        var samples = new SampleColumns();
        using var reader = found.OpenReader();
        reader.Read(0, samples);
        return samples;
    }
}
