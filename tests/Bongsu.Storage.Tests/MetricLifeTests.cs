using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests;

/// <summary>What becomes of metrics in the course of time: windows, retention of their own, snapshots, counts.</summary>
public sealed class MetricLifeTests : IDisposable
{
    private static readonly LabelSet Up = LabelSet.Of(("__name__", "up"));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Historic_samples_seal_a_block_a_window_while_they_come()
    {
        await using var store = Open(Options());
        var start = (_time.NowMs / 7_200_000 - 4) * 7_200_000;
        for (var i = 0; i < 4 * 480; i++)
        {
            await store.AppendAsync(TelemetryFixtures.Samples(Up, (start + i * 15_000L, i)), default);
            if (i % 60 == 0)
                store.Maintain();
        }
        // The last window is over only once its time is, or something newer comes.
        Assert.Equal(3, Blocks());
        Assert.Equal(4 * 480, await CountSamplesAsync(store));
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (start + 4 * 7_200_000 - 15_000 * 1000L, -1)), default);
        Assert.Equal(4 * 480, await CountSamplesAsync(store));
    }

    [Fact]
    public async Task A_sealed_window_is_not_replayed_from_the_wal_that_others_still_need()
    {
        var start = (_time.NowMs / 7_200_000 - 2) * 7_200_000;
        await using (var store = Open(Options()))
        {
            for (var i = 0; i < 700; i++)
                await store.AppendAsync(TelemetryFixtures.Samples(Up, (start + i * 15_000L, i)), default);
            store.Maintain();
            Assert.Equal(1, Blocks());
            Assert.Contains(DataLayout.WalFile(DataLayout.Metrics, 1), Directory.GetFiles(Path.Combine(_directory.Path, "wal")).Select(Path.GetFileName));
        }
        await using var again = Open(Options());
        Assert.Equal(700, await CountSamplesAsync(again));
        var cardinality = await again.CardinalityAsync(10, default);
        Assert.Equal((start + 7_200_000, start + 699 * 15_000L), (cardinality.MinTimeMs, cardinality.MaxTimeMs));
    }

    [Fact]
    public async Task Series_are_kept_shorter_or_longer_than_the_rest()
    {
        var options = Options() with
        {
            RetentionMetrics = TimeSpan.FromDays(15),
            RetentionMetrics5m = TimeSpan.FromDays(15),
            RetentionMetrics1h = TimeSpan.FromDays(15),
            MetricRetentionRules =
            [
                new MetricRetentionRule([new LabelMatcher(MatchType.Equal, "__name__", "brief")], TimeSpan.FromDays(1)),
                new MetricRetentionRule([new LabelMatcher(MatchType.Regex, "keep", "long.*")], TimeSpan.FromDays(100)),
            ],
        };
        await using var store = Open(options);
        foreach (var labels in (LabelSet[])[Up, LabelSet.Of(("__name__", "brief")), LabelSet.Of(("__name__", "up"), ("keep", "longer"))])
            await store.AppendAsync(TelemetryFixtures.Samples(labels, (_time.NowMs, 1)), default);
        store.SealAll();
        Assert.Equal(3, await CountSamplesAsync(store));
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await CountSamplesAsync(store));
        _time.Advance(TimeSpan.FromDays(20));
        var size = Size();
        store.Maintain();
        Assert.True(Size() < size);
        Assert.Equal(1, await CountSamplesAsync(store));
        _time.Advance(TimeSpan.FromDays(100));
        store.Maintain();
        Assert.Equal(0, Blocks());
    }

    [Fact]
    public async Task Rules_of_retention_change_while_the_store_is_open()
    {
        await using var store = Open(Options() with { RetentionMetrics = TimeSpan.FromDays(15) });
        foreach (var labels in (LabelSet[])[Up, LabelSet.Of(("__name__", "brief"))])
            await store.AppendAsync(TelemetryFixtures.Samples(labels, (_time.NowMs, 1)), default);
        store.SealAll();
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(2, await CountSamplesAsync(store));
        store.ChangeRetention([new MetricRetentionRule([new LabelMatcher(MatchType.Equal, "__name__", "brief")], TimeSpan.FromDays(1))], [], []);
        Assert.Equal(1, await CountSamplesAsync(store));
        store.ChangeRetention([], [], []);
        Assert.Equal(2, await CountSamplesAsync(store));
    }

    [Fact]
    public async Task A_snapshot_is_a_data_directory_that_later_changes_do_not_touch()
    {
        await using var store = Open(Options());
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, 1)), default);
        var path = await store.SnapshotAsync(default);
        Assert.StartsWith(Path.Combine(_directory.Path, "snapshots"), path, StringComparison.Ordinal);
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs + 1, 2)), default);
        await store.DeleteAsync(new SeriesSelect(0, _time.NowMs, []), default);
        await store.CleanTombstonesAsync(default);
        await using var copy = Open(Options() with { Directory = path });
        Assert.Equal(1, await CountSamplesAsync(copy));
    }

    [Fact]
    public async Task A_deletion_outlives_a_crash_and_its_wal()
    {
        await using (var store = Open(Options()))
        {
            await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs - 9, 1)), default);
            store.SealAll();
            await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs - 5, 1)), default);
            await store.DeleteAsync(new SeriesSelect(0, _time.NowMs, []), default);
            await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs - 9, 2)), default);
        }
        for (var i = 0; i < 3; i++)
        {
            await using var again = Open(Options());
            Assert.Equal($"sample up{{}} {_time.NowMs - 9} 4000000000000000", Assert.Single(await StoreContent.ReadAsync(again)));
            if (i == 1)
                again.SealAll();
        }
    }

    [Fact]
    public async Task Cardinality_names_the_largest_and_what_grows()
    {
        await using var store = Open(Options());
        for (var i = 0; i < 30; i++)
            await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m"), ("id", $"{i}"), ("zone", "a")), (_time.NowMs - (i < 20 ? 7_200_000 : 0), 1)), default);
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, 1)), default);
        var counted = await store.CardinalityAsync(2, default);
        Assert.Equal((31, 33), (counted.Series, counted.LabelPairs));
        Assert.Equal([("m", 30L, 10L), ("up", 1L, 1L)], counted.SeriesByMetric);
        Assert.Equal([("id", 30L), ("__name__", 2L)], counted.ValuesByLabel);
        Assert.Equal([("id", 50L), ("__name__", 3L)], counted.BytesByLabel);
        Assert.Equal([("__name__=m", 30L), ("zone=a", 30L)], counted.SeriesByPair);
    }

    [Fact]
    public async Task Idle_series_leave_memory_with_their_table()
    {
        await using var store = Open(Options());
        for (var i = 0; i < 40; i++)
        {
            for (var s = 0; s < 50; s++)
                await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "pod"), ("id", $"{i}-{s}")), (_time.NowMs, 1)), default);
            _time.Advance(TimeSpan.FromHours(2));
            store.Maintain();
        }
        Assert.InRange((await store.CardinalityAsync(1, default)).Series, 0, 200);
        Assert.Equal(2000, await CountSamplesAsync(store));
    }

    public void Dispose() => _directory.Dispose();

    private static async Task<int> CountSamplesAsync(DiskStore store) => (await StoreContent.ReadAsync(store)).Count;

    private DiskStoreOptions Options() =>
        new() { Directory = _directory.Path, Durability = Durability.Os, RetentionMetrics = TimeSpan.Zero, FlushInterval = TimeSpan.FromDays(1000) };

    private DiskStore Open(DiskStoreOptions options) => DiskStore.Open(options, _time, null, new Disk(), default);

    private int Blocks() => Directory.GetFiles(Path.Combine(_directory.Path, "blocks"), "*.block").Length;

    private long Size() => Directory.GetFiles(Path.Combine(_directory.Path, "blocks"), "*.block").Sum(f => new FileInfo(f).Length);
}
