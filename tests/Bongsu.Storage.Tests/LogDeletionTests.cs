using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests;

public sealed class LogDeletionTests : IDisposable
{
    private const string Secret = "s3cretword";
    private static readonly string DeletionsFile = Path.Combine(DataLayout.SegmentsDirectory, DataLayout.EventDeletionsFile(DataLayout.Logs));
    private static readonly LabelSet Api = LabelSet.Of(("service_name", "api"));

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly FailingDisk _disk = new();

    [Fact]
    public async Task What_is_deleted_leaves_the_disk()
    {
        await using var store = Open();
        await FillAsync(store, 3);
        store.SealAll();
        Assert.True(IsOnDisk("segments", Secret));
        await store.DeleteAsync(Deletion(), default);
        Assert.Equal(Deletion().Query, Assert.Single(await store.DeletionsAsync(default)).Query);
        store.Maintain();
        Assert.False(IsOnDisk("segments", Secret));
        Assert.Empty(await store.DeletionsAsync(default));
        Assert.Equal(["fine 2", "fine 1", "fine 0"], await LinesAsync(store));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_outlives_a_crash(bool isSealed)
    {
        var store = Open();
        await FillAsync(store, 2);
        if (isSealed)
            store.SealAll();
        await store.DeleteAsync(Deletion(), default);
        await FillAsync(store, 1, from: 5);
        using var copy = new TemporaryDirectory();
        _directory.CopyTo(copy.Path);
        await store.DisposeAsync();
        await using var again = DiskStore.Open(new DiskStoreOptions { Directory = copy.Path }, _time, null, _disk, default);
        Assert.Equal([Secret + " 5", "fine 5", "fine 1", "fine 0"], await LinesAsync(again));
        Assert.Empty(again.Status.Problems);
        again.Maintain();
        Assert.Equal([Secret + " 5", "fine 5", "fine 1", "fine 0"], await LinesAsync(again));
    }

    [Fact]
    public async Task A_merge_leaves_out_what_is_deleted()
    {
        var store = Open();
        for (var i = 0; i < 6; i++)
        {
            await FillAsync(store, 1, from: i);
            store.SealAll();
        }
        _time.Advance(TimeSpan.FromMinutes(11));
        await store.DeleteAsync(Deletion(), default);
        store.Maintain();
        Assert.Single(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "logs-*.segment"));
        Assert.False(IsOnDisk("segments", Secret));
        await store.DisposeAsync();
        await using var again = Open();
        Assert.Equal(6, (await LinesAsync(again)).Count);
        Assert.Empty(await again.DeletionsAsync(default));
    }

    [Fact]
    public async Task A_segment_of_which_all_is_deleted_goes_and_its_number_is_free()
    {
        var store = Open();
        await FillAsync(store, 2);
        store.SealAll();
        await store.DeleteAsync(new LogDeletion(0, long.MaxValue, [], []), default);
        using var before = new TemporaryDirectory();
        _directory.CopyTo(before.Path);
        store.Maintain();
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.segment"));
        await store.DisposeAsync();
        // As a crash right after the segment went leaves it.
        File.Copy(Path.Combine(before.Path, DeletionsFile), Path.Combine(_directory.Path, DeletionsFile), overwrite: true);
        await using (var again = Open())
        {
            Assert.Empty(await LinesAsync(again));
            Assert.Empty(await again.StreamsAsync(new LogSelect(0, long.MaxValue, []), default));
            Assert.Empty(again.Status.Problems);
            await FillAsync(again, 1, from: 9);
            again.SealAll();
        }
        await using var last = Open();
        Assert.Equal(2, (await LinesAsync(last)).Count);
    }

    [Fact]
    public async Task A_damaged_list_of_deletions_is_told()
    {
        var store = Open();
        await FillAsync(store, 1);
        store.SealAll();
        await store.DeleteAsync(Deletion(), default);
        await store.DisposeAsync();
        var path = Path.Combine(_directory.Path, DeletionsFile);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^12] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await using var again = Open();
        Assert.Contains(again.Status.Problems, p => p.Contains("delete it again", StringComparison.Ordinal));
        Assert.Equal(2, (await LinesAsync(again)).Count);
    }

    [Fact]
    public void A_deletion_reads_back_as_it_was_written()
    {
        var deletion = new LogDeletion(-5, 7, [new LabelMatcher(MatchType.NotRegex, "a", "b|c")], [new LineMatcher(MatchType.NotEqual, "é"), new LineMatcher(MatchType.Regex, "x+")])
        {
            CreatedUnixMs = 12,
            Query = "{a!~\"b|c\"}",
        };
        var into = new ByteWriter();
        new LogErasure(deletion, new HashSet<long> { 3, 9 }).Put(into);
        var whole = into.Written.ToArray();
        var reader = new ByteReader(whole);
        var read = LogErasure.TryRead(ref reader)!;
        Assert.Equal([3L, 9L], read.Segments.Order());
        Assert.Equal((-5, 7, 12, deletion.Query), (read.Deletion.FromNanos, read.Deletion.ToNanos, read.Deletion.CreatedUnixMs, read.Deletion.Query));
        Assert.Equal(deletion.Matchers, read.Deletion.Matchers);
        Assert.Equal([(MatchType.NotEqual, "é"), (MatchType.Regex, "x+")], read.Deletion.Lines.Select(l => (l.Type, l.Text)));
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = new ByteReader(whole.AsSpan(0, length));
            Assert.Null(LogErasure.TryRead(ref cut));
        }
    }

    public void Dispose() => _directory.Dispose();

    private static LogDeletion Deletion() => new(0, long.MaxValue, [new LabelMatcher(MatchType.Equal, "service_name", "api")], [new LineMatcher(MatchType.Equal, Secret)]) { Query = "{…} |= …" };

    private DiskStore Open() => DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path }, _time, null, _disk, default);

    private async Task FillAsync(DiskStore store, int rounds, int from = 0)
    {
        for (var i = from; i < from + rounds; i++)
        {
            var at = (_time.NowMs - 60_000 + i * 1_000) * 1_000_000;
            await store.AppendAsync(TelemetryFixtures.Logs(Api, (at, $"fine {i}"), (at + 1, $"{Secret} {i}")), default);
        }
    }

    private bool IsOnDisk(string folder, string text) =>
        Directory.GetFiles(Path.Combine(_directory.Path, folder)).Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static async Task<List<string>> LinesAsync(DiskStore store)
    {
        var lines = new List<string>();
        await foreach (var batch in store.SelectAsync(new LogSelect(0, long.MaxValue, []), new List<string>(), default))
        {
            for (var i = 0; i < batch.Count; i++)
                lines.Add(batch.BodyText(i));
        }
        return lines;
    }
}
