using System.Globalization;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests;

/// <summary>What a clock that is set forwards or backwards by days may not do: delete, refuse honest senders, hold up sealing.</summary>
public sealed class ClockTests : IDisposable
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private static readonly LabelSet Up = LabelSet.Of(("__name__", "up"));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task A_jump_while_running_deletes_nothing_before_it_has_stood_for_a_day(int days)
    {
        await using var store = Open();
        await FillAsync(store);
        var before = await StoreContent.ReadAsync(store);
        _time.Set(TimeSpan.FromDays(days));
        for (var hour = 0; hour < 23; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            store.Maintain();
            Assert.Equal(before, await StoreContent.ReadAsync(store));
        }
        Assert.Contains("Set it if it is wrong", Assert.Single(store.Status.Problems));
        _time.Advance(TimeSpan.FromHours(2));
        store.Maintain();
        Assert.Empty(store.Status.Problems);
        Assert.Equal(days > 0 ? [] : before, await StoreContent.ReadAsync(store));
    }

    [Fact]
    public async Task A_jump_between_stop_and_start_deletes_nothing_before_it_has_stood_for_a_day()
    {
        List<string> before;
        await using (var store = Open())
        {
            await FillAsync(store);
            before = await StoreContent.ReadAsync(store);
        }
        _time.Set(TimeSpan.FromDays(30));
        for (var start = 0; start < 3; start++)
        {
            await using var store = Open();
            store.Maintain();
            _time.Advance(TimeSpan.FromHours(12));
            // What comes by the wrong clock must not make it believed.
            await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "own")), (_time.NowMs, 1)), default);
            store.SealAll();
            store.Maintain();
            Assert.Empty(before.Except(await StoreContent.ReadAsync(store)));
        }
        await using var last = Open();
        _time.Advance(TimeSpan.FromHours(25));
        last.Maintain();
        Assert.Empty(before.Intersect(await StoreContent.ReadAsync(last)));
    }

    [Fact]
    public async Task A_clock_that_is_set_right_again_leaves_no_trace()
    {
        await using var store = Open();
        await FillAsync(store);
        var before = await StoreContent.ReadAsync(store);
        _time.Set(TimeSpan.FromDays(30));
        store.Maintain();
        Assert.Single(store.Status.Problems);
        _time.Set(TimeSpan.FromDays(-30));
        store.Maintain();
        Assert.Empty(store.Status.Problems);
        _time.Advance(TimeSpan.FromDays(2));
        store.Maintain();
        Assert.Equal(before, await StoreContent.ReadAsync(store));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task Senders_whose_clocks_are_right_are_heard_while_that_of_the_server_is_wrong(int days)
    {
        await using var store = Open();
        await FillAsync(store);
        var nowMs = _time.NowMs;
        _time.Set(TimeSpan.FromDays(days));
        _time.Advance(TimeSpan.FromHours(1));
        foreach (var time in (long[])[nowMs + HourMs, _time.NowMs])
        {
            Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Samples(Up, (time, 1)), default)).Accepted);
            Assert.Equal(1, (await store.AppendAsync(TelemetryFixtures.Logs(Up, (time * 1_000_000, "line")), default)).Accepted);
        }
        var impossible = await store.AppendAsync(TelemetryFixtures.Samples(Up, (nowMs + 40 * DayMs, 1), (nowMs - 60 * DayMs, 1)), default);
        Assert.Equal([RejectReason.TooFarInFuture, RejectReason.TooOld], impossible.Rejections.Select(r => r.Reason));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-30)]
    public async Task After_a_jump_windows_are_sealed_one_by_one_again_and_the_wal_does_not_grow(int days)
    {
        await using var store = Open(Options() with { RetentionMetrics = TimeSpan.Zero });
        var sent = 0;
        await RunAsync(5);
        _time.Set(TimeSpan.FromDays(days));
        await RunAsync(5);
        _time.Set(TimeSpan.FromDays(-days));
        await RunAsync(8);
        var blocks = LastBlock();
        await RunAsync(12);
        Assert.InRange(LastBlock() - blocks, 5, 7);
        Assert.Equal(sent, (await StoreContent.ReadAsync(store)).Count);
        Assert.True(await OldestInWalAsync() > _time.NowMs - 7 * HourMs, "what came seven hours ago is still in the WAL");

        async Task RunAsync(int hours)
        {
            for (var minute = 0; minute < hours * 60; minute += 5)
            {
                await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, sent++)), default);
                _time.Advance(TimeSpan.FromMinutes(5));
                store.Maintain();
            }
        }
    }

    [Fact]
    public async Task A_jump_neither_seals_heads_that_are_young_nor_keeps_those_that_are_old()
    {
        await using var store = Open(Options() with { RetentionMetrics = TimeSpan.Zero, RetentionLogs = TimeSpan.Zero });
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs, 1)), default);
        await store.AppendAsync(TelemetryFixtures.Logs(Up, (_time.NowMs * 1_000_000, "line")), default);
        _time.Set(TimeSpan.FromDays(9));
        store.Maintain();
        Assert.Equal((0, 0), (Blocks(), Segments()));
        _time.Set(TimeSpan.FromDays(-30));
        store.Maintain();
        Assert.Equal((0, 0), (Blocks(), Segments()));
        _time.Advance(TimeSpan.FromHours(3));
        store.Maintain();
        Assert.Equal((1, 1), (Blocks(), Segments()));
    }

    public void Dispose() => _directory.Dispose();

    private DiskStoreOptions Options() => new()
    {
        Directory = Path.Combine(_directory.Path, "data"),
        Durability = Durability.Os,
        RetentionMetrics = TimeSpan.FromDays(15),
        RetentionMetrics5m = TimeSpan.FromDays(15),
        RetentionMetrics1h = TimeSpan.FromDays(15),
        FlushInterval = TimeSpan.FromDays(1000),
    };

    private DiskStore Open(DiskStoreOptions? options = null) => DiskStore.Open(options ?? Options(), _time, null, new Disk(), default);

    private async Task FillAsync(DiskStore store)
    {
        await store.AppendAsync(TelemetryFixtures.Samples(Up, (_time.NowMs - HourMs, 1)), default);
        await store.AppendAsync(TelemetryFixtures.Logs(Up, ((_time.NowMs - HourMs) * 1_000_000, "line")), default);
        await store.AppendAsync(TelemetryFixtures.RichSpan(new(1, 2), new(1), "api", "GET", (_time.NowMs - HourMs) * 1_000_000), default);
        store.SealAll();
    }

    private async Task<long> OldestInWalAsync()
    {
        var copy = Path.Combine(_directory.Path, "copy");
        Directory.CreateDirectory(Path.Combine(copy, DataLayout.WalDirectory));
        foreach (var wal in Directory.GetFiles(Path.Combine(_directory.Path, "data", DataLayout.WalDirectory)))
            File.Copy(wal, Path.Combine(copy, DataLayout.WalDirectory, Path.GetFileName(wal)));
        await using var alone = Open(Options() with { Directory = copy, RetentionMetrics = TimeSpan.Zero });
        return (await StoreContent.ReadAsync(alone)).Select(line => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)).DefaultIfEmpty(long.MaxValue).Min();
    }

    private long LastBlock() => Directory.GetFiles(Path.Combine(_directory.Path, "data", DataLayout.BlocksDirectory), "*" + DataLayout.BlockSuffix)
        .Max(path => DataLayout.TryParseSealed(Path.GetFileName(path), DataLayout.Metrics, DataLayout.BlockSuffix, out var number) ? number : 0);

    private int Blocks() => Directory.GetFiles(Path.Combine(_directory.Path, "data", DataLayout.BlocksDirectory), "*" + DataLayout.BlockSuffix).Length;

    private int Segments() => Directory.GetFiles(Path.Combine(_directory.Path, "data", DataLayout.SegmentsDirectory)).Length;
}
