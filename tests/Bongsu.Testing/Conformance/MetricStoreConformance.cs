using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Xunit;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Testing.Conformance;

/// <summary>What every metric store promises.</summary>
public abstract class MetricStoreConformance : StoreConformance
{
    private static readonly LabelSet Up = LabelSet.Of(("__name__", "up"), ("job", "api"), ("instance", "a"));

    [Fact]
    public async Task Samples_come_back_bit_by_bit()
    {
        var now = NowMs;
        (long, double)[] samples =
        [
            (now - 7000, 1), (now - 6000, -0.0), (now - 5000, double.PositiveInfinity), (now - 4000, BitConverter.Int64BitsToDouble(0x7ff8_dead_beef_0001)),
            (now - 3000, SampleValues.StaleNaN), (now - 2000, double.Epsilon), (now - 1000, 0.1 + 0.2),
        ];
        var result = await AppendAsync(TelemetryFixtures.Samples(Up, samples));
        Assert.Equal(7, result);
        await SettleAsync();
        var read = await ReadAsync(Up, now - 10_000, now);
        Assert.Equal(samples.Select(s => (s.Item1, BitConverter.DoubleToInt64Bits(s.Item2))), Bits(read));
    }

    [Fact]
    public async Task Time_range_is_inclusive_at_both_ends()
    {
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 30, 1), (NowMs - 20, 2), (NowMs - 10, 3)));
        await SettleAsync();
        Assert.Equal([NowMs - 20, NowMs - 10], (await ReadAsync(Up, NowMs - 20, NowMs - 10)).TimesMs.Span.ToArray());
        Assert.True((await ReadAsync(Up, NowMs - 19, NowMs - 11)).IsEmpty);
    }

    [Fact]
    public async Task Any_order_reads_ascending()
    {
        var random = new Random(3);
        var times = Enumerable.Range(0, 500).Select(i => NowMs - i * 1000L).ToArray();
        random.Shuffle(times);
        foreach (var part in times.Chunk(70))
        {
            await AppendAsync(TelemetryFixtures.Samples(Up, part.Select(t => (t, (double)t)).ToArray()));
            await SettleAsync();
        }
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal(times.Order(), read.TimesMs.Span.ToArray());
        Assert.Equal(times.Order().Select(t => (double)t), read.Values.Span.ToArray());
    }

    [Fact]
    public async Task A_repeat_changes_nothing_and_another_value_replaces()
    {
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 1), (NowMs - 10, 2)));
        await SettleAsync();
        Assert.Equal(2, await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 1), (NowMs - 10, 2))));
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 7)));
        await SettleAsync();
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal([7.0, 2.0], read.Values.Span.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Runs_are_what_their_samples_come_to(int seed)
    {
        var random = new Random(seed);
        var from = NowMs - 6 * 3_600_000L;
        var value = 0.0;
        var samples = new List<(long, double)>();
        for (var time = from; time <= NowMs; time += random.Next(1, 4) * 15_000)
        {
            value = random.Next(200) switch { 0 => 0, 1 => double.NaN, 2 => SampleValues.StaleNaN, 3 => 0.1, _ => (double.IsNaN(value) ? 0 : value) + random.Next(5) };
            samples.Add((time, value));
        }
        await AppendAsync(TelemetryFixtures.Samples(Up, samples.ToArray()));
        await SettleAsync();
        long[] cuts = [from - 1, from, from + 3_600_000, from + 3_600_001, from + 4 * 3_600_000, NowMs - 60_000];
        var runs = (await ReadRunsAsync(Up, from, NowMs, cuts, RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets))!;
        Assert.All(runs, run => Assert.DoesNotContain(cuts, cut => run.FirstMs <= cut && cut < run.LastMs));
        var plain = new Column<SampleRun>();
        SampleRuns.Append(samples.Select(s => s.Item1).ToArray(), samples.Select(s => s.Item2).ToArray(), cuts, plain);
        Assert.Equal(plain.Span.ToArray().Select(Rounded), Between(cuts, runs).Select(Rounded));
    }

    [Fact]
    public async Task Series_with_histograms_have_no_runs()
    {
        var batch = TelemetryFixtures.Samples(Up, (NowMs - 20, 1));
        batch.Histograms.Add((0, NowMs - 10, new NativeHistogram { Count = 1 }));
        await AppendAsync(batch);
        await SettleAsync();
        Assert.Null(await ReadRunsAsync(Up, 0, NowMs, [], RunFigures.None));
        Assert.Equal([1L], (await ReadRunsAsync(Up, 0, NowMs - 20, [], RunFigures.None))!.Select(r => r.Count));
    }

    [Fact]
    public async Task Histograms_come_back_whole()
    {
        var histogram = new NativeHistogram
        {
            Schema = 2,
            ResetHint = CounterResetHint.NotReset,
            ZeroThreshold = 1e-9,
            ZeroCount = 1,
            Count = 7,
            Sum = 3.5,
            PositiveSpans = [new BucketSpan(-2, 2), new BucketSpan(3, 1)],
            PositiveBuckets = [1, 2, 3],
            NegativeSpans = [new BucketSpan(1, 1)],
            NegativeBuckets = [4],
        };
        var batch = new MetricBatch();
        batch.Histograms.Add((batch.AddSeries(Up.Bytes), NowMs - 5, histogram));
        batch.Histograms.Add((0, NowMs - 4, NativeHistogram.StaleMarker));
        Assert.Equal(2, await AppendAsync(batch));
        await SettleAsync();
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal([NowMs - 5, NowMs - 4], read.HistogramTimesMs.Span.ToArray());
        Assert.Equivalent(histogram, read.Histograms[0], strict: true);
        Assert.True(read.Histograms[1].IsStale);
    }

    [Fact]
    public async Task An_append_counts_what_it_took_of_each_kind()
    {
        var batch = TelemetryFixtures.Samples(Up, (NowMs - 3, 1), (NowMs - 2, 1), (NowMs - 1, 1));
        var dropped = batch.AddSeries(LabelSet.Of(("__name__", "dropped")).Bytes);
        foreach (var series in (int[])[0, dropped])
        {
            batch.Histograms.Add((series, NowMs, new NativeHistogram { Count = 1 }));
            batch.Exemplars.Add((series, new Exemplar(LabelSet.Of(("trace_id", "a")), NowMs, 1)));
            batch.Exemplars.Add((series, new Exemplar(LabelSet.Of(("trace_id", "b")), NowMs, 1)));
        }
        batch.AddSample(dropped, NowMs, 1);
        batch.DropSeries(dropped);
        var result = await Store.Metrics.AppendAsync(batch, default);
        Assert.Equal((4, 1, 2), (result.Accepted, result.AcceptedHistograms, result.AcceptedExemplars));
    }

    [Fact]
    public async Task At_one_time_a_series_has_a_float_or_a_histogram()
    {
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 1), (NowMs - 10, 2)));
        await SettleAsync();
        var batch = new MetricBatch();
        batch.Histograms.Add((batch.AddSeries(Up.Bytes), NowMs - 20, new NativeHistogram { Count = 1 }));
        await AppendAsync(batch);
        await SettleAsync();
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal([NowMs - 10], read.TimesMs.Span.ToArray());
        Assert.Equal([NowMs - 20], read.HistogramTimesMs.Span.ToArray());
    }

    [Fact]
    public async Task Matchers_select_series()
    {
        for (var i = 0; i < 20; i++)
            await AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m"), ("i", $"{i}"), (i % 2 == 0 ? "even" : "odd", "yes")), (NowMs - 10, i)));
        await SettleAsync();
        Assert.Equal(20, await CountAsync(new LabelMatcher(MatchType.Equal, "__name__", "m")));
        Assert.Equal(10, await CountAsync(new LabelMatcher(MatchType.Equal, "even", "yes")));
        Assert.Equal(10, await CountAsync(new LabelMatcher(MatchType.Equal, "even", "")));
        Assert.Equal(10, await CountAsync(new LabelMatcher(MatchType.NotEqual, "even", "yes")));
        Assert.Equal(11, await CountAsync(new LabelMatcher(MatchType.Regex, "i", "1.*")));
        Assert.Equal(9, await CountAsync(new LabelMatcher(MatchType.NotRegex, "i", "1.*")));
        Assert.Equal(20, await CountAsync(new LabelMatcher(MatchType.NotRegex, "absent", ".+")));
        Assert.Equal(0, await CountAsync(new LabelMatcher(MatchType.Regex, "absent", ".+")));
        Assert.Equal(1, await CountAsync(new LabelMatcher(MatchType.Equal, "i", "4"), new LabelMatcher(MatchType.Equal, "even", "yes")));
    }

    [Fact]
    public async Task Names_and_values_are_distinct_and_ascending()
    {
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 10, 1)));
        await AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "up"), ("job", "Z")), (NowMs - 10, 1)));
        await SettleAsync();
        var all = new SeriesSelect(0, NowMs, []);
        Assert.Equal(["__name__", "instance", "job"], await Store.Metrics.LabelNamesAsync(all, default));
        Assert.Equal(["Z", "api"], await Store.Metrics.LabelValuesAsync("job", all, default));
        Assert.Equal(["Z"], await Store.Metrics.LabelValuesAsync("job", all with { Matchers = [new LabelMatcher(MatchType.Equal, "instance", "")] }, default));
        Assert.Empty(await Store.Metrics.LabelNamesAsync(all with { FromMs = 0, ToMs = 10 }, default));
    }

    [Fact]
    public async Task Exemplars_and_metadata_are_kept()
    {
        var batch = TelemetryFixtures.Samples(Up, (NowMs - 10, 1));
        var exemplar = new Exemplar(LabelSet.Of(("trace_id", "abc")), NowMs - 10, 0.5);
        batch.Exemplars.Add((0, exemplar));
        batch.Metadata.Add(new MetricMetadata("up", MetricType.Gauge, "1", "Whether it is up."));
        await AppendAsync(batch);
        await SettleAsync();
        var found = Assert.Single(await Store.Metrics.ExemplarsAsync(new SeriesSelect(0, NowMs, []), default));
        Assert.Equal(Up, found.Series);
        Assert.Equal([exemplar], found.Exemplars);
        Assert.Equal([new MetricMetadata("up", MetricType.Gauge, "1", "Whether it is up.")], await Store.Metrics.MetadataAsync(default));
    }

    [Fact]
    public async Task Dropped_series_are_skipped_and_the_batch_is_free_afterwards()
    {
        var batch = TelemetryFixtures.Samples(Up, (NowMs - 10, 1));
        var dropped = batch.AddSeries(LabelSet.Of(("__name__", "secret")).Bytes);
        batch.AddSample(dropped, NowMs - 10, 1);
        batch.DropSeries(dropped);
        Assert.Equal(1, await AppendAsync(batch));
        batch.Clear();
        batch.AddSeries(LabelSet.Of(("__name__", "scribbled_over_what_was_there")).Bytes);
        await SettleAsync();
        Assert.Equal(1, await CountAsync());
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal([1.0], read.Values.Span.ToArray());
    }

    [Fact]
    public async Task Concurrent_appends_and_reads_lose_nothing()
    {
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                Assert.Equal(1, await AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "c"), ("w", $"{w}")), (NowMs - 1000 + i, i))));
        })).ToList();
        var reading = Task.Run(async () =>
        {
            while (!writers.All(w => w.IsCompleted))
                await CountAsync();
        });
        await Task.WhenAll(writers);
        await reading;
        for (var w = 0; w < 4; w++)
            Assert.Equal(100, (await ReadAsync(LabelSet.Of(("__name__", "c"), ("w", $"{w}")), 0, NowMs)).TimesMs.Count);
    }

    [Fact]
    public async Task Deleted_samples_are_gone_and_later_ones_live()
    {
        if (!Store.Capabilities.Deletion)
            return;
        var other = LabelSet.Of(("__name__", "up"), ("job", "other"));
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 40, 1), (NowMs - 30, 2), (NowMs - 20, 3), (NowMs - 10, 4)));
        await AppendAsync(TelemetryFixtures.Samples(other, (NowMs - 30, 5)));
        await SettleAsync();
        LabelMatcher[] matchers = [new LabelMatcher(MatchType.Equal, "job", "api")];
        await Store.Metrics.DeleteAsync(new SeriesSelect(NowMs - 30, NowMs - 20, matchers), default);
        await AssertValuesAsync(Up, 1.0, 4.0);
        await SettleAsync();
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 7)));
        await AssertValuesAsync(Up, 1.0, 7.0, 4.0);
        await Store.Metrics.CleanTombstonesAsync(default);
        await SettleAsync();
        await AssertValuesAsync(Up, 1.0, 7.0, 4.0);
        await AssertValuesAsync(other, 5.0);
    }

    [Fact]
    public async Task A_series_with_nothing_left_is_in_no_listing()
    {
        if (!Store.Capabilities.Deletion)
            return;
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 20, 1), (NowMs - 10, 2)));
        await AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "left"), ("job", "kept")), (NowMs - 10, 1)));
        await SettleAsync();
        await Store.Metrics.DeleteAsync(new SeriesSelect(0, NowMs, [new LabelMatcher(MatchType.Equal, "job", "api")]), default);
        await SettleAsync();
        var all = new SeriesSelect(0, NowMs, []);
        Assert.Equal(1, await CountAsync());
        Assert.Equal(["__name__", "job"], await Store.Metrics.LabelNamesAsync(all, default));
        Assert.Equal(["kept"], await Store.Metrics.LabelValuesAsync("job", all, default));
    }

    [Fact]
    public async Task Start_times_are_kept_where_they_are_said()
    {
        var batch = TelemetryFixtures.Samples(Up, (NowMs - 40, 1), (NowMs - 30, 2), (NowMs - 20, 3));
        batch.SampleStartTimesMs.Add([NowMs - 50, NowMs - 50, NowMs - 25]);
        batch.Histograms.Add((0, NowMs - 10, new NativeHistogram { Count = 1 }));
        batch.HistogramStartTimesMs.Add(NowMs - 15);
        await AppendAsync(batch);
        await SettleAsync();
        await AppendAsync(TelemetryFixtures.Samples(Up, (NowMs - 35, 9), (NowMs - 5, 4)));
        await SettleAsync();
        var read = await ReadAsync(Up, 0, NowMs);
        Assert.Equal([1.0, 9.0, 2.0, 3.0, 4.0], read.Values.Span.ToArray());
        Assert.Equal([NowMs - 50, 0, NowMs - 50, NowMs - 25, 0], read.StartTimesMs.Span.ToArray());
        Assert.Equal([NowMs - 15], read.HistogramStartTimesMs.Span.ToArray());
    }

    protected async Task<int> AppendAsync(MetricBatch batch) => (await Store.Metrics.AppendAsync(batch, default)).Accepted;

    protected async Task<int> CountAsync(params LabelMatcher[] matchers)
    {
        using var selection = await Store.Metrics.SelectAsync(new SeriesSelect(0, NowMs, matchers), default);
        return selection.Count;
    }

    protected async Task<SampleColumns> ReadAsync(LabelSet labels, long fromMs, long toMs)
    {
        var matchers = labels.ToList().Select(l => new LabelMatcher(MatchType.Equal, l.Name, l.Value)).ToArray();
        using var selection = await Store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, matchers), default);
        using var reader = selection.OpenReader();
        var read = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            if (selection.Labels(i).Equals(labels))
                reader.Read(i, read);
        }
        Assert.Empty(selection.Warnings);
        return read;
    }

    /// <summary>The runs of one series; null when it has none to give.</summary>
    protected async Task<SampleRun[]?> ReadRunsAsync(LabelSet labels, long fromMs, long toMs, long[] cutsMs, RunFigures figures)
    {
        var matchers = labels.ToList().Select(l => new LabelMatcher(MatchType.Equal, l.Name, l.Value)).ToArray();
        using var selection = await Store.Metrics.SelectAsync(new SeriesSelect(fromMs, toMs, matchers), default);
        Assert.Equal(1, selection.Count);
        using var reader = selection.OpenReader();
        var runs = new Column<SampleRun>();
        var read = reader.TryReadRuns(0, cutsMs, figures, runs);
        Assert.Empty(selection.Warnings);
        Assert.True(read || runs.Count == 0);
        return read ? runs.Span.ToArray() : null;
    }

    // The runs between two cuts as one: how many a store has there is its own affair.
    private static List<SampleRun> Between(long[] cutsMs, SampleRun[] runs)
    {
        var whole = new List<SampleRun>();
        foreach (var run in runs)
        {
            if (whole.Count > 0 && !cutsMs.Any(cut => whole[^1].LastMs <= cut && cut < run.FirstMs))
                whole[^1] = whole[^1].Then(run);
            else
                whole.Add(run);
        }
        return whole;
    }

    // Sums may be added up in another order.
    private static SampleRun Rounded(SampleRun run) =>
        run with { Sum = Math.Round(run.Sum, 6), ResetAmount = Math.Round(run.ResetAmount, 6) };

    private async Task AssertValuesAsync(LabelSet labels, params double[] expected)
    {
        var read = await ReadAsync(labels, 0, NowMs);
        Assert.Equal(expected, read.Values.Span.ToArray());
    }

    private static IEnumerable<(long, long)> Bits(SampleColumns samples) =>
        samples.TimesMs.Span.ToArray().Zip(samples.Values.Span.ToArray(), (t, v) => (t, BitConverter.DoubleToInt64Bits(v)));
}
