using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests;

public sealed class SegmentMergeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _before = new();
    private readonly ManualTime _time = new();
    private readonly FailingDisk _disk = new();

    [Fact]
    public async Task A_merged_segment_holds_the_same_before_and_after_a_restart()
    {
        var store = Open();
        await FillAsync(store, 6);
        var before = await StoreContent.ReadAsync(store);
        Assert.Equal(12, Segments().Length);
        store.Maintain();
        Assert.Equal(2, Segments().Length);
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        await AssertTracesAsync(store, 6);
        await store.DisposeAsync();
        await using var again = Open();
        Assert.Equal(before, await StoreContent.ReadAsync(again));
        await AssertTracesAsync(again, 6);
        Assert.Empty(again.Status.Problems);
    }

    [Fact]
    public async Task Merged_segments_are_merged_again_only_once_as_much_has_come()
    {
        await using var store = Open();
        for (var round = 0; round < 8; round++)
        {
            await FillAsync(store, 4, round * 4);
            store.Maintain();
        }
        Assert.InRange(Segments().Length, 2, 16);
        await AssertTracesAsync(store, 32);
    }

    [Fact]
    public async Task The_youngest_and_those_far_apart_are_left()
    {
        await using var store = Open();
        await FillAsync(store, 6, gap: TimeSpan.Zero);
        store.Maintain();
        Assert.Equal(12, Segments().Length);
        _time.Advance(TimeSpan.FromHours(7));
        await FillAsync(store, 6, 6, TimeSpan.FromHours(3));
        store.Maintain();
        // Of each signal: the first six in one, and six that end three hours apart.
        Assert.Equal(14, Segments().Length);
    }

    [Fact]
    public async Task Sources_that_a_crash_left_behind_are_removed_at_start()
    {
        var store = Open();
        await FillAsync(store, 5);
        var before = await StoreContent.ReadAsync(store);
        _directory.CopyTo(_before.Path);
        store.Maintain();
        await store.DisposeAsync();
        foreach (var segment in Directory.GetFiles(Path.Combine(_before.Path, DataLayout.SegmentsDirectory), "*.segment"))
        {
            if (!File.Exists(segment.Replace(_before.Path, _directory.Path)))
                File.Copy(segment, segment.Replace(_before.Path, _directory.Path));
        }
        Assert.Equal(10, Segments().Length);
        await using var again = Open();
        Assert.Equal(2, Segments().Length);
        Assert.Equal(before, await StoreContent.ReadAsync(again));
    }

    [Fact]
    public async Task Damaged_segments_are_left_as_they_are()
    {
        await using (var store = Open())
            await FillAsync(store, 5);
        // Within the only block, behind the 48 bytes of the header frame.
        WalCrashTests.Flip(Segments(DataLayout.Spans)[2], 200);
        await using var again = Open();
        again.Maintain();
        Assert.Equal(5, Segments(DataLayout.Spans).Length);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.tmp"));
    }

    [Fact]
    public async Task Large_blocks_are_merged_as_they_are()
    {
        await using var store = Open();
        for (var round = 0; round < 5; round++)
        {
            var nanos = _time.NowMs * 1_000_000;
            var lines = Enumerable.Range(0, 5000).Select(i => (nanos + i, $$"""{"n":{{i}},"round":"r{{round}}"}""")).ToArray();
            await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", $"a{round % 2}")), lines), default);
            for (var i = 0; i < 4200; i++)
                await AppendSpanAsync(store, new TraceId(7, (ulong)(round * 10_000 + i + 1)), nanos + i);
            store.SealAll();
            _time.Advance(TimeSpan.FromMinutes(6));
        }
        _time.Advance(TimeSpan.FromMinutes(6));
        var before = await StoreContent.ReadAsync(store);
        store.Maintain();
        Assert.Equal(2, Segments().Length);
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        Assert.Equal(1, (await store.Spans.TracesAsync([new TraceId(7, 30_007)], [], default)).Count);
        Assert.Equal(2, (await store.Logs.StreamsAsync(new LogSelect(0, long.MaxValue, []), default)).Count);
        Assert.Empty(store.Status.Problems);
    }

    [Fact]
    public async Task Lines_deleted_by_what_they_say_stay_deleted_where_only_fields_are_read()
    {
        await using var store = Open();
        var nanos = _time.NowMs * 1_000_000;
        await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", "a")), (nanos, """{"n":1,"user":"kim"}"""), (nanos + 1, """{"n":2,"user":"lee"}""")), default);
        store.SealAll();
        await store.DeleteAsync(new LogDeletion(0, long.MaxValue, [], [new LineMatcher(Telemetry.Labels.MatchType.Equal, "kim")]), default);
        var left = new List<long>();
        await foreach (var batch in store.SelectAsync(new LogSelect(0, long.MaxValue, []) { OnlyFields = ["n"] }, [], default))
            left.AddRange(batch.Records.Span.ToArray().Select(r => r.TimeUnixNano));
        Assert.Equal([nanos + 1], left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_of_one_time_are_told_apart_without_their_bodies(bool newestFirst)
    {
        await using var store = Open();
        var stream = LabelSet.Of(("app", "a"));
        var nanos = _time.NowMs * 1_000_000;
        await store.AppendAsync(TelemetryFixtures.Logs(stream, (nanos, """{"n":1,"m":"x"}"""), (nanos, """{"n":1,"m":"y"}"""), (nanos + 1, """{"n":2}""")), default);
        store.SealAll();
        // Beyond what is remembered of repeats: the first comes again, beside another of the same time.
        _time.Advance(TimeSpan.FromMinutes(25));
        await store.AppendAsync(TelemetryFixtures.Logs(stream, (_time.NowMs * 1_000_000, "later")), default);
        _time.Advance(TimeSpan.FromMinutes(25));
        await store.AppendAsync(TelemetryFixtures.Logs(stream, (nanos, """{"n":1,"m":"x"}"""), (nanos, """{"n":1,"m":"z"}"""), (nanos + 2, """{"n":3}""")), default);
        for (var round = 0; round < 2; round++)
        {
            var numbers = new List<string>();
            await foreach (var batch in store.SelectAsync(new LogSelect(nanos, nanos + 10, [], newestFirst) { OnlyFields = ["n"] }, [], default))
            {
                for (var i = 0; i < batch.Count; i++)
                    numbers.Add(batch.HasFields(i) ? batch.TryField(i, 0, out var n) ? System.Text.Encoding.UTF8.GetString(n) : "" : batch.BodyText(i)[5..6]);
            }
            Assert.Equal(["1", "1", "1", "2", "3"], newestFirst ? Enumerable.Reverse(numbers) : numbers);
            store.SealAll();
        }
    }

    [Fact]
    public async Task A_damaged_block_is_left_out_alone_and_told_each_time_it_is_missed()
    {
        await using (var store = Open())
            await FillAsync(store, 5);
        // Within the only block, behind the 48 bytes of the header frame.
        WalCrashTests.Flip(Segments(DataLayout.Logs)[2], 100);
        await using var again = Open();
        await again.Verified;
        for (var i = 0; i < 2; i++)
        {
            var warnings = new List<string>();
            var lines = 0;
            await foreach (var batch in again.SelectAsync(new LogSelect(0, long.MaxValue, []), warnings, default))
                lines += batch.Count;
            Assert.Equal(8, lines);
            Assert.Contains("a damaged block of 2 logs is left out", Assert.Single(warnings), StringComparison.Ordinal);
        }
        again.Maintain();
        Assert.Equal(5, Segments(DataLayout.Logs).Length);
        Assert.Contains(again.Status.Problems, p => p.Contains("logs-00000003.segment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_disk_leaves_all_as_it_was_and_merging_is_tried_again()
    {
        await using var store = Open();
        await FillAsync(store, 5);
        var before = await StoreContent.ReadAsync(store);
        _disk.IsFull = true;
        store.Maintain();
        Assert.Equal(10, Segments().Length);
        Assert.Contains(store.Status.Problems, p => p.Contains("Cannot merge segments", StringComparison.Ordinal));
        _disk.IsFull = false;
        store.Maintain();
        Assert.Equal(2, Segments().Length);
        Assert.Empty(store.Status.Problems);
        Assert.Equal(before, await StoreContent.ReadAsync(store));
    }

    [Fact]
    public async Task Streams_are_active_while_unsealed_and_for_a_while_after()
    {
        await using var store = Open();
        await FillAsync(store, 3, gap: TimeSpan.Zero);
        Assert.Equal(2, store.Status.StreamsActive);
        await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", "other")), (_time.NowMs * 1_000_000, "x")), default);
        Assert.Equal(3, store.Status.StreamsActive);
        store.SealAll();
        Assert.Equal(3, store.Status.StreamsActive);
        _time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(0, store.Status.StreamsActive);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _before.Dispose();
    }

    private static async Task AppendSpanAsync(DiskStore store, TraceId trace, long nanos) =>
        await store.AppendAsync(TelemetryFixtures.RichSpan(trace, new SpanId(trace.Low), "api", "GET /", nanos), default);

    private static async Task AssertTracesAsync(DiskStore store, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.Equal(1, (await store.Spans.TracesAsync([new TraceId(7, (ulong)i + 1)], [], default)).Count);
    }

    private string[] Segments(string signal = "") => [.. Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), signal + "*.segment").Order(StringComparer.Ordinal)];

    private DiskStore Open() => DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os, FlushInterval = TimeSpan.FromDays(1000) }, _time, null, _disk, default);

    // Each round seals one segment of logs and one of spans; by default all but the last are old enough to merge, and one more step makes that one so.
    private async Task FillAsync(DiskStore store, int rounds, int from = 0, TimeSpan? gap = null)
    {
        for (var i = from; i < from + rounds; i++)
        {
            var nanos = _time.NowMs * 1_000_000 + i;
            await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", $"a{i % 2}")), (nanos, $"line {i}"), (nanos - 5_000_000_000, $"late {i}")), default);
            await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(7, (ulong)i + 1), new SpanId((ulong)i + 1), "api", "GET /", nanos), default);
            store.SealAll();
            _time.Advance(gap ?? TimeSpan.FromMinutes(5));
        }
        _time.Advance(gap ?? TimeSpan.FromMinutes(6));
    }
}
