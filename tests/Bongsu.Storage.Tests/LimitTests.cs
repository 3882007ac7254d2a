using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests;

public sealed class LimitTests : IDisposable
{
    private static readonly LabelSet Up = LabelSet.Of(("__name__", "up"));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Times_outside_retention_and_tolerance_are_refused_with_their_reason()
    {
        await using var store = Open(Options());
        var now = _time.NowMs;
        var result = await store.AppendAsync(TelemetryFixtures.Samples(Up, (now, 1), (now - 16L * 86_400_000, 1), (now + 11 * 60_000, 1), (long.MaxValue, 1)), default);
        Assert.Equal(1, result.Accepted);
        Assert.Equal([(RejectReason.TooOld, 1), (RejectReason.TooFarInFuture, 2)], result.Rejections.Select(r => (r.Reason, r.Count)));
        result = await store.AppendAsync(TelemetryFixtures.Logs(Up, (now * 1_000_000, "a"), (5, "b"), (long.MaxValue, "c")), default);
        Assert.Equal(1, result.Accepted);
        Assert.Equal([(RejectReason.TooOld, 1), (RejectReason.TooFarInFuture, 1)], result.Rejections.Select(r => (r.Reason, r.Count)));
    }

    [Fact]
    public async Task What_is_not_stored_is_marked_for_who_counts_behind_the_store()
    {
        await using var store = Open(Options());
        var now = _time.NowMs * 1_000_000;
        var first = TelemetryFixtures.Logs(Up, (now, "a"), (5, "too old"));
        await store.AppendAsync(first, default);
        Assert.Equal([false, true], first.Records.Span.ToArray().Select(r => r.IsDropped));
        var second = TelemetryFixtures.Logs(Up, (now, "a"), (now, "b"));
        Assert.Equal(2, (await store.AppendAsync(second, default)).Accepted);
        Assert.Equal([true, false], second.Records.Span.ToArray().Select(r => r.IsDropped));
    }

    [Fact]
    public async Task Refusals_count_against_their_own_kind()
    {
        await using var store = Open(Options());
        var (now, old) = (_time.NowMs, _time.NowMs - 16L * 86_400_000);
        var batch = TelemetryFixtures.Samples(Up, (now, 1), (now + 1, 1), (old, 1));
        foreach (var time in (long[])[now + 2, old, old])
            batch.Histograms.Add((0, time, new NativeHistogram { Count = 1 }));
        foreach (var time in (long[])[now, now + 1, now + 2, old, long.MaxValue])
            batch.Exemplars.Add((0, new Exemplar(LabelSet.Of(("trace_id", "a")), time, 1)));
        var result = await store.AppendAsync(batch, default);
        Assert.Equal((3, 1, 3), (result.Accepted, result.AcceptedHistograms, result.AcceptedExemplars));
        Assert.Equal((RejectReason.TooOld, 3), (Assert.Single(result.Rejections).Reason, result.Rejections[0].Count));
    }

    [Fact]
    public async Task A_series_is_taken_back_to_where_its_own_retention_begins()
    {
        var rules = (MetricRetentionRule[])[Rule("brief", 1), Rule("long", 100), Rule("forever", 0)];
        await using var store = Open(Options() with { MetricRetentionRules = rules });
        Assert.Equal("1000", await TakenAsync(store, "brief"));
        Assert.Equal("1110", await TakenAsync(store, "long"));
        Assert.Equal("1111", await TakenAsync(store, "forever"));
        Assert.Equal("1100", await TakenAsync(store, "other"));
        var refused = await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "brief")), (_time.NowMs - 90_000_000, 1)), default);
        Assert.Contains("older than the retention of 24 h", Assert.Single(refused.Rejections).Detail);
        Assert.Equal(10, (await StoreContent.ReadAsync(store)).Count);
    }

    [Fact]
    public async Task Series_beyond_the_budget_are_refused_and_known_ones_go_on()
    {
        await using var store = Open(Options() with { MaxActiveSeries = 1 });
        Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, 1)), default)).Accepted);
        var refused = await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "more")), (_time.NowMs, 1), (_time.NowMs + 1, 1)), default);
        Assert.Equal((0, RejectReason.SeriesBudget, 2), (refused.Accepted, refused.Rejections[0].Reason, refused.Rejections[0].Count));
        Assert.Contains("more{}", refused.Rejections[0].Detail);
        Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs + 5, 1)), default)).Accepted);
    }

    [Fact]
    public async Task Series_without_a_name_or_with_malformed_labels_are_invalid()
    {
        await using var store = Open(Options());
        var batch = TelemetryFixtures.Samples(Up, (_time.NowMs, 1));
        batch.AddSample(batch.AddSeries(LabelSet.Of(("job", "x")).Bytes), _time.NowMs, 1);
        batch.AddSample(batch.AddSeries([9, 9, 9]), _time.NowMs, 1);
        batch.Histograms.Add((0, _time.NowMs, new NativeHistogram { PositiveBuckets = [1] }));
        var result = await store.AppendAsync(batch, default);
        Assert.Equal(1, result.Accepted);
        Assert.Equal((RejectReason.Invalid, 3), (Assert.Single(result.Rejections).Reason, result.Rejections[0].Count));
    }

    [Fact]
    public async Task A_full_head_refuses_until_it_is_sealed()
    {
        // A large head is sealed in the background; while that fails, it stays full.
        var disk = new UnsealingDisk { IsStuck = true };
        await using var store = DiskStore.Open(Options() with { MemoryLimitBytes = 2 << 20 }, _time, null, disk, default);
        RejectReason reason;
        var line = 0;
        do
        {
            var result = await store.AppendAsync(TelemetryFixtures.Logs(Up, (_time.NowMs * 1_000_000 + line++, new string('x', 10_000))), default);
            reason = result.Rejections.Count == 0 ? RejectReason.None : result.Rejections[0].Reason;
        }
        while (reason == RejectReason.None && line < 1000);
        Assert.Equal(RejectReason.MemoryLimit, reason);
        disk.IsStuck = false;
        store.Maintain();
        Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Logs(Up, (_time.NowMs * 1_000_000, "fits again")), default)).Accepted);
    }

    [Fact]
    public async Task Retention_deletes_what_is_wholly_too_old()
    {
        await using var store = Open(Options());
        await AppendAllAsync(store);
        store.SealAll();
        _time.Advance(TimeSpan.FromDays(6));
        await AppendAllAsync(store);
        store.SealAll();
        store.Maintain();
        Assert.Equal((2, 2, 1), (Count("blocks/metrics-*.block"), Count("segments/logs*"), Count("segments/spans*")));
        _time.Advance(TimeSpan.FromDays(10));
        store.Maintain();
        Assert.Equal((1, 0, 0), (Count("blocks/metrics-*.block"), Count("segments/logs*"), Count("segments/spans*")));
    }

    [Fact]
    public async Task The_disk_limit_takes_the_oldest_first()
    {
        await using var store = Open(Options() with { DiskLimitBytes = 1 });
        await AppendAllAsync(store);
        store.SealAll();
        store.Maintain();
        Assert.Empty(await StoreContent.ReadAsync(store));
        Assert.Equal(0, Count("blocks/*.block") + Count("segments/*"));
    }

    [Fact]
    public async Task The_timer_seals_old_heads()
    {
        await using var store = Open(Options());
        await AppendAllAsync(store);
        var before = await StoreContent.ReadAsync(store);
        _time.Advance(TimeSpan.FromHours(2));
        store.Maintain();
        Assert.Equal((1, 2, 0), (Count("blocks/*.block"), Count("segments/*"), Count("wal/*")));
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        Assert.Equal(1, Count("blocks/metric-metadata"));
    }

    public void Dispose() => _directory.Dispose();

    private static MetricRetentionRule Rule(string name, int days) => new([new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)], TimeSpan.FromDays(days));

    // Of samples that are 0, 10, 50 and 1000 days old, each in a batch of its own and all in one.
    private async Task<string> TakenAsync(DiskStore store, string name)
    {
        var labels = LabelSet.Of(("__name__", name));
        var times = Array.ConvertAll([0, 10, 50, 1000], days => (_time.NowMs - days * 86_400_000L, 1.0));
        var taken = "";
        foreach (var time in times)
            taken += (await store.AppendAsync(TelemetryFixtures.Samples(labels, time), default)).Accepted;
        Assert.Equal(taken.Count(t => t == '1'), (await store.AppendAsync(TelemetryFixtures.Samples(labels, times), default)).Accepted);
        return taken;
    }

    private DiskStoreOptions Options() => new() { Directory = _directory.Path, Durability = Durability.Os };

    /// <summary>Takes WAL files, but no sealed ones: they come by renaming.</summary>
    private sealed class UnsealingDisk : Disk
    {
        public volatile bool IsStuck;

        public override void Rename(string from, string to)
        {
            if (IsStuck)
                throw new IOException("stuck");
            base.Rename(from, to);
        }
    }

    private DiskStore Open(DiskStoreOptions options) => DiskStore.Open(options, _time, null, new Disk(), default);

    private int Count(string pattern) => Directory.GetFiles(Path.Combine(_directory.Path, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern)).Length;

    private async Task AppendAllAsync(DiskStore store)
    {
        var nanos = _time.NowMs * 1_000_000;
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, 1)), default);
        await store.AppendAsync(TelemetryFixtures.Logs(Up, (nanos, "line")), default);
        await store.AppendAsync(TelemetryFixtures.RichSpan(new(1, (ulong)nanos), new(1), "api", "GET", nanos), default);
    }
}
