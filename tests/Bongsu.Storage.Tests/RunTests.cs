using Bongsu.Storage.Blocks;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests;

/// <summary>Runs are what the samples come to, and are mostly had without them.</summary>
public sealed class RunTests : IDisposable
{
    private const RunFigures All = RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets;
    private const int Series = 4;

    private static readonly LabelSet Up = LabelSet.Of(("__name__", "up"));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Runs_of_any_places_deletions_and_cuts_are_what_the_samples_come_to(int seed)
    {
        var random = new Random(seed);
        await using var store = Open();
        for (var step = 0; step < 25; step++)
        {
            await AppendAsync(store, random);
            if (random.Next(3) == 0)
                store.SealAll();
            if (random.Next(8) == 0)
                store.Maintain();
            if (random.Next(6) == 0)
                await DeleteAsync(store, random);
            _time.Advance(TimeSpan.FromMinutes(random.Next(60)));
            await CompareAsync(store, random);
        }
    }

    [Fact]
    public async Task Three_days_are_answered_from_summaries_but_where_a_cut_or_an_edge_parts_a_chunk()
    {
        await using var store = Open();
        var start = (_time.NowMs / 7_200_000 - 36) * 7_200_000;
        var value = 0L;
        for (var window = 0; window < 36; window++)
        {
            var batch = new MetricBatch();
            batch.AddSeries(Up.Bytes);
            for (var i = 0; i < 480; i++)
                batch.AddSample(0, start + window * 7_200_000L + i * 15_000, value += i % 7);
            await store.AppendAsync(batch, default);
            store.SealAll();
        }
        store.Maintain();
        using var selection = Select(store, start + 100_000, start + 36 * 7_200_000L);
        using var reader = selection.OpenSeriesReader();
        var runs = new Column<SampleRun>();
        // The edge parts the first chunk, the second cut one more; the first lies between two.
        Assert.True(reader.TryReadRuns(0, [start + 10 * 7_200_000L - 1, start + 20 * 7_200_000L + 1_000_000], All, runs));
        Assert.Equal(2, reader.ChunksDecoded);
        Assert.Equal(36 * 480 - 7, runs.Span.ToArray().Sum(r => r.Count));
        Assert.Equal(3, runs.Count);
        reader.TryReadRuns(0, [start + 19 * 7_200_000L + 5], RunFigures.Resets, runs);
        Assert.Equal(4, reader.ChunksDecoded);
    }

    [Fact]
    public async Task Staleness_markers_are_found_in_whole_chunks()
    {
        await using var store = Open();
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs - 30, 1), (_time.NowMs - 20, 2), (_time.NowMs - 10, SampleValues.StaleNaN)), default);
        store.SealAll();
        using var selection = Select(store, 0, _time.NowMs);
        using var reader = selection.OpenSeriesReader();
        var runs = new Column<SampleRun>();
        Assert.True(reader.TryReadRuns(0, [], All, runs));
        Assert.Equal(new SampleRun(_time.NowMs - 30, _time.NowMs - 20, 2, 1, 2, 3, 1, 2, 0, 0), Assert.Single(runs.Span.ToArray()));
    }

    public void Dispose() => _directory.Dispose();

    private async Task AppendAsync(DiskStore store, Random random)
    {
        var batch = new MetricBatch();
        for (var i = 0; i < Series; i++)
            batch.AddSeries(LabelSet.Of(("__name__", "m"), ("i", $"{i}")).Bytes);
        var count = random.Next(1, 900);
        var time = _time.NowMs - count * 15_000L - (random.Next(3) == 0 ? random.Next(20_000_000) : 0);
        var value = 0.0;
        for (var i = 0; i < count; i++, time += random.Next(20) == 0 ? 21_000 : 15_000)
        {
            for (var series = 0; series < Series; series++)
                batch.AddSample(series, time, series switch { 0 => value, 1 => random.Next(100), 2 => random.NextDouble() - 0.5, _ => random.Next(300) == 0 ? SampleValues.StaleNaN : 7 });
            value = random.Next(200) == 0 ? 0 : value + random.Next(4) * 0.25;
        }
        if (random.Next(6) == 0)
            batch.Histograms.Add((random.Next(Series), time, new NativeHistogram { Count = 1 }));
        await store.AppendAsync(batch, default);
    }

    private async Task DeleteAsync(DiskStore store, Random random)
    {
        var others = new LabelMatcher(MatchType.NotEqual, "i", $"{random.Next(Series)}");
        await store.DeleteAsync(new SeriesSelect(_time.NowMs - random.Next(20_000_000), _time.NowMs - random.Next(10_000_000), [others]), default);
    }

    private async Task CompareAsync(DiskStore store, Random random)
    {
        var from = _time.NowMs - random.Next(30_000_000);
        var to = _time.NowMs - random.Next(10_000_000);
        var cuts = Enumerable.Range(0, random.Next(6)).Select(_ => from + random.Next(30_000_000)).Order().ToArray();
        var figures = (RunFigures)random.Next(8);
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(from, to, []), default);
        using var reader = selection.OpenReader();
        for (var i = 0; i < selection.Count; i++)
        {
            var (samples, runs, expected) = (new SampleColumns(), new Column<SampleRun>(), new Column<SampleRun>());
            reader.Read(i, samples);
            Assert.Equal(samples.HistogramTimesMs.Count == 0, reader.TryReadRuns(i, cuts, figures, runs));
            if (samples.HistogramTimesMs.Count > 0)
                continue;
            SampleRuns.Append(samples.TimesMs.Span, samples.Values.Span, cuts, expected);
            var scale = samples.Values.Span.ToArray().Where(v => !double.IsNaN(v)).Sum(Math.Abs);
            Assert.Equal(expected.Count, runs.Count);
            for (var j = 0; j < runs.Count; j++)
                AssertEqual(expected[j], runs[j], figures, scale * 1e-12);
        }
        Assert.Empty(selection.Warnings);
    }

    private static void AssertEqual(in SampleRun expected, in SampleRun actual, RunFigures figures, double tolerance)
    {
        Assert.Equal((expected.FirstMs, expected.LastMs, expected.Count, expected.First, expected.Last), (actual.FirstMs, actual.LastMs, actual.Count, actual.First, actual.Last));
        if ((figures & RunFigures.Sum) != 0)
            Assert.InRange(actual.Sum, expected.Sum - tolerance, expected.Sum + tolerance);
        if ((figures & RunFigures.Extremes) != 0)
            Assert.Equal((expected.Min, expected.Max), (actual.Min, actual.Max));
        if ((figures & RunFigures.Resets) == 0)
            return;
        Assert.Equal(expected.Resets, actual.Resets);
        Assert.InRange(actual.ResetAmount, expected.ResetAmount - tolerance, expected.ResetAmount + tolerance);
    }

    private static SeriesSelection Select(DiskStore store, long fromMs, long toMs) =>
        (SeriesSelection)store.SelectAsync(new SeriesSelect(fromMs, toMs, []), default).Result;

    private DiskStore Open() =>
        DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os, FlushInterval = TimeSpan.FromDays(1000) }, _time, null, new Disk(), default);
}
