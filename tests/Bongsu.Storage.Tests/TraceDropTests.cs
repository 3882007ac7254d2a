using System.Globalization;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Storage.Tests;

public sealed class TraceDropTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _copies = new();
    private readonly ManualTime _time = new();
    private readonly FailingDisk _disk = new();
    private ulong _span;

    [Fact]
    public async Task A_wal_cut_at_any_byte_gives_back_a_state_that_was_acknowledged()
    {
        var states = new List<string>();
        await using (var store = Open())
        {
            states.Add(await SpansAsync(store));
            foreach (var step in (int[])[1, 2, 3, -12, 4, 1, -4])
            {
                if (step > 0)
                    await AppendAsync(store, (ulong)step);
                else
                    await DropAsync(store, [.. $"{-step}".Select(c => (ulong)(c - '0'))]);
                states.Add(await SpansAsync(store));
            }
        }
        var wal = Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.WalDirectory), "spans-*").Single();
        var last = -1;
        var length = new FileInfo(wal).Length;
        // Frames begin at multiples of eight, so every third byte meets each place in them.
        for (var cut = 0L; cut <= length; cut = cut < length ? Math.Min(length, cut + 3) : length + 1)
        {
            var copy = Copy();
            using (var file = File.OpenWrite(Path.Combine(copy, DataLayout.WalDirectory, Path.GetFileName(wal))))
                file.SetLength(cut);
            await using var again = Open(copy);
            var state = states.LastIndexOf(await SpansAsync(again));
            Assert.True(state >= last, $"cut at {cut}");
            last = state;
        }
        Assert.Equal(states.Count - 1, last);
    }

    [Fact]
    public async Task A_drop_of_sealed_spans_outlives_a_crash_at_every_step()
    {
        var store = Open();
        await AppendAsync(store, 1, 2, 3);
        store.SealAll();
        await AppendAsync(store, 1, 4);
        await DropAsync(store, 1);
        const string left = "2:2 3:3 4:5";
        // In the WAL alone.
        await CrashedAsync(left);
        // The drop of the first segment is in its file, that of the second never came to be written.
        store.SealAll();
        await CrashedAsync(left);
        await DropAsync(store, 4);
        await CrashedAsync("2:2 3:3");
        await AppendAsync(store, 5);
        store.SealAll();
        await CrashedAsync("2:2 3:3 5:6");
        _time.Advance(TimeSpan.FromMinutes(1));
        store.Maintain();
        await CrashedAsync("2:2 3:3 5:6");
        Assert.Empty(await store.DroppedAsync(default));
        await AppendAsync(store, 1);
        store.SealAll();
        await CrashedAsync("1:7 2:2 3:3 5:6");
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_crash_between_a_merge_and_its_bookkeeping_brings_nothing_back()
    {
        var store = Open();
        for (ulong i = 1; i <= 6; i++)
        {
            await AppendAsync(store, i, 100);
            store.SealAll();
        }
        await DropAsync(store, 100);
        await AppendAsync(store, 50);
        store.SealAll();
        using var before = new TemporaryDirectory();
        _directory.CopyTo(before.Path);
        _time.Advance(TimeSpan.FromMinutes(11));
        store.Maintain();
        var drops = Path.Combine(DataLayout.SegmentsDirectory, DataLayout.TraceDropsFile(DataLayout.Spans));
        Assert.True(File.Exists(Path.Combine(before.Path, drops)));
        var copy = Copy();
        File.Copy(Path.Combine(before.Path, drops), Path.Combine(copy, drops), overwrite: true);
        await using (var again = Open(copy))
            Assert.Equal(7, (await SpansAsync(again)).Split(' ').Length);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task What_is_dropped_leaves_the_disk()
    {
        await using var store = Open();
        await AppendAsync(store, 1, 2);
        store.SealAll();
        await AppendAsync(store, 1);
        store.SealAll();
        await DropAsync(store, 1);
        store.Maintain();
        Assert.Equal((2, 1), (Segments(), (await store.DroppedAsync(default)).Count));
        _time.Advance(TimeSpan.FromSeconds(31));
        store.Maintain();
        Assert.Equal(1, Segments());
        Assert.Equal("2:2", await SpansAsync(store));
        Assert.Empty(await store.DroppedAsync(default));
    }

    [Fact]
    public async Task A_head_of_dropped_spans_alone_leaves_no_segment_and_no_log()
    {
        var store = Open();
        await AppendAsync(store, 1, 2);
        await DropAsync(store, 1, 2);
        store.SealAll();
        Assert.Equal(0, Segments());
        await store.DisposeAsync();
        await using var again = Open();
        Assert.Equal("", await SpansAsync(again));
        await AppendAsync(again, 3);
        again.SealAll();
        Assert.Equal("3:3", await SpansAsync(again));
    }

    [Fact]
    public async Task A_retry_of_a_dropped_span_is_not_stored_again()
    {
        var store = Open();
        await AppendAsync(store, 1);
        await DropAsync(store, 1);
        _span--;
        await AppendAsync(store, 1);
        Assert.Equal("", await SpansAsync(store));
        await store.DisposeAsync();
        // So that who decided it knows of it.
        await using var again = Open();
        Assert.Equal([new TraceId(0, 1)], await again.DroppedAsync(default));
    }

    [Fact]
    public async Task A_head_is_gone_through_for_many_drops_at_once()
    {
        await using var store = Open();
        for (ulong i = 1; i <= 1500; i++)
            await AppendAsync(store, i);
        for (ulong i = 1; i <= 1400; i += 100)
            await DropAsync(store, [.. Enumerable.Range(0, 100).Select(k => i + (ulong)k)]);
        Assert.Equal(100, (await SpansAsync(store)).Split(' ').Length);
        Assert.InRange((await store.DroppedAsync(default)).Count, 0, 1023);
        store.SealAll();
        Assert.Equal(100, (await SpansAsync(store)).Split(' ').Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(5000)]
    public async Task A_segment_says_exactly_which_traces_it_holds(int drops)
    {
        await using var store = Open();
        var random = new Random(drops);
        var ids = Enumerable.Range(0, 12_000).Select(_ => new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64())).ToArray();
        var batch = new SpanBatch();
        // Some traces have so many spans, in so many blocks, that they run over from one page of the index into the next.
        for (var i = 0; i < 30_000; i++)
            batch.Spans.Add(new Telemetry.Spans.Span { Resource = -1, Scope = -1, TraceId = ids[i < 12_000 ? i : i % 7], SpanId = new SpanId((ulong)i + 1), StartUnixNano = _time.NowMs * 1_000_000 - i * 7919L % 1_000_000 });
        await store.AppendAsync(batch, default);
        store.SealAll();
        TraceId[] there = [.. ids.Order().Take(1), .. ids[..7], .. Enumerable.Range(0, drops).Select(_ => ids[random.Next(ids.Length)]), .. ids.Order().TakeLast(1)];
        TraceId[] unknown = [.. Enumerable.Range(0, drops).Select(_ => new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        await store.DropAsync([.. there, .. unknown], TimeSpan.FromMinutes(5), default);
        Assert.Equal(there.Distinct().Order(), (await store.DroppedAsync(default)).Order());
        var left = 0;
        await foreach (var found in store.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), new List<string>(), default))
            left += found.Count;
        Assert.Equal(batch.Spans.Span.ToArray().Count(s => !there.Contains(s.TraceId)), left);
    }

    [Fact]
    public async Task A_full_disk_drops_nothing_and_says_so()
    {
        await using var store = Open();
        await AppendAsync(store, 1, 2);
        _disk.IsFull = true;
        await Assert.ThrowsAnyAsync<IOException>(() => DropAsync(store, 1));
        Assert.Equal("1:1 2:2", await SpansAsync(store));
        _disk.IsFull = false;
        await DropAsync(store, 1);
        Assert.Equal("2:2", await SpansAsync(store));
    }

    [Fact]
    public async Task A_damaged_list_is_told_and_costs_itself_alone()
    {
        var store = Open();
        await AppendAsync(store, 1, 2);
        store.SealAll();
        await AppendAsync(store, 3);
        await DropAsync(store, 1);
        store.SealAll();
        await store.DisposeAsync();
        var path = Path.Combine(_directory.Path, DataLayout.SegmentsDirectory, DataLayout.TraceDropsFile(DataLayout.Spans));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^6] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await using var again = Open();
        Assert.Contains(again.Status.Problems, p => p.Contains("dropped traces", StringComparison.Ordinal));
        Assert.Equal("1:1 2:2 3:3", await SpansAsync(again));
    }

    [Fact]
    public async Task Drops_while_segments_are_made_and_merged_are_never_lost()
    {
        var store = Open();
        for (ulong round = 0; round < 12; round++)
        {
            for (ulong i = 0; i < 20; i++)
                await AppendAsync(store, round * 20 + i + 1);
            var drops = Task.Run(async () =>
            {
                for (ulong i = 0; i < 20; i += 2)
                    await DropAsync(store, round * 20 + i + 1);
            });
            store.SealAll();
            _time.Advance(TimeSpan.FromMinutes(3));
            store.Maintain();
            await drops;
        }
        var left = await SpansAsync(store);
        Assert.Equal(120, left.Split(' ').Length);
        await CrashedAsync(left);
        await store.DisposeAsync();
        await using var again = Open();
        Assert.Equal(left, await SpansAsync(again));
    }

    [Fact]
    public void Sets_do_what_sets_do()
    {
        static HashSet<TraceId> Ids(byte[] numbers) => [.. numbers.Select(n => new TraceId(n % 3u, n % 20u))];
        Prop.ForAll<byte[], byte[]>((x, y) =>
        {
            var (a, b) = (Ids(x), Ids(y));
            var (left, right) = (TraceSet.Of(a), TraceSet.Of(b));
            Assert.Equal(a.Union(b).Order(), left.With(right).Ids.ToArray());
            Assert.Equal(a.Except(b).Order(), left.Except(right).Ids.ToArray());
            Assert.All(b, id => Assert.Equal(a.Contains(id), left.Contains(id)));
            var bytes = new ByteWriter();
            TraceDropFile.Put(bytes, 7, left);
            Assert.True(TraceDropFile.TryRead(bytes.Written, out var segment, out var read));
            Assert.Equal((7, a.Count), (segment, read.Count));
            for (var cut = 0; cut < bytes.Length; cut++)
                Assert.False(TraceDropFile.TryRead(bytes.Written[..cut], out _, out _));
        }).QuickCheckThrowOnFailure();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _copies.Dispose();
    }

    private DiskStore Open(string? directory = null) => DiskStore.Open(new DiskStoreOptions { Directory = directory ?? _directory.Path, Durability = Durability.Os }, _time, null, directory is null ? _disk : new Disk(), default);

    private int Segments() => Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "spans-*.segment").Length;

    private string Copy()
    {
        var target = Path.Combine(_copies.Path, Guid.NewGuid().ToString("n"));
        _directory.CopyTo(target);
        return target;
    }

    private async Task CrashedAsync(string expected)
    {
        await using var again = Open(Copy());
        Assert.Equal(expected, await SpansAsync(again));
        Assert.Empty(again.Status.Problems);
    }

    private async Task AppendAsync(DiskStore store, params ulong[] traces)
    {
        foreach (var trace in traces)
        {
            _span++;
            await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(0, trace), new SpanId(_span), "api", "GET /", _time.NowMs * 1_000_000 - 1_000_000 + (long)_span), default);
        }
    }

    private static async Task DropAsync(DiskStore store, params ulong[] traces) =>
        await store.DropAsync([.. traces.Select(t => new TraceId(0, t))], TimeSpan.FromMinutes(5), default);

    /// <summary>What a search finds, checked to be what the traces by id have too.</summary>
    private static async Task<string> SpansAsync(DiskStore store)
    {
        var found = new List<(ulong Trace, ulong Span)>();
        await foreach (var batch in store.SelectAsync(new SpanSelect(long.MinValue, long.MaxValue), new List<string>(), default))
            found.AddRange(batch.Spans.Span.ToArray().Select(s => (s.TraceId.Low, s.SpanId.Value)));
        var byId = await store.TracesAsync([.. Enumerable.Range(1, 300).Select(t => new TraceId(0, (ulong)t))], [], default);
        if (found.All(f => f.Trace <= 300))
            Assert.Equal(found.Order(), byId.Spans.Span.ToArray().Select(s => (s.TraceId.Low, s.SpanId.Value)).Order());
        return string.Join(' ', found.Order().Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Trace}:{f.Span}")));
    }
}
