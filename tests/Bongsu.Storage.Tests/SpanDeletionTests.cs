using System.Text;
using Bongsu.Storage.Codecs;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests;

public sealed class SpanDeletionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_is_deleted_is_hidden_at_once_and_leaves_the_disk()
    {
        await using var store = Open(_directory.Path);
        await FillAsync(store, "api", 1, 2, 3);
        await FillAsync(store, "billing", 4);
        store.SealAll();
        await FillAsync(store, "billing", 5);
        Assert.True(IsOnDisk("billing"));
        await store.DeleteAsync(Deletion("billing"), default);
        Assert.Equal([1UL, 2, 3], await SpansAsync(store));
        Assert.Equal(3, (await store.TracesAsync([new TraceId(1, 1)], [], default)).Count);
        Assert.Single(await store.SpanDeletionsAsync(default));
        store.Maintain();
        Assert.False(IsOnDisk("billing"));
        Assert.Empty(await store.SpanDeletionsAsync(default));
        Assert.Equal([1UL, 2, 3], await SpansAsync(store));
        Assert.Equal(3, (await store.TracesAsync([new TraceId(1, 1)], [], default)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_outlives_a_crash_and_spares_what_came_later(bool isSealed)
    {
        var store = Open(_directory.Path);
        await FillAsync(store, "api", 1);
        await FillAsync(store, "billing", 2);
        if (isSealed)
            store.SealAll();
        await store.DeleteAsync(Deletion("billing"), default);
        await FillAsync(store, "billing", 3);
        using var copy = new TemporaryDirectory();
        _directory.CopyTo(copy.Path);
        await store.DisposeAsync();
        await using var again = Open(copy.Path);
        Assert.Equal([1UL, 3], await SpansAsync(again));
        Assert.Empty(again.Status.Problems);
        again.Maintain();
        Assert.Equal([1UL, 3], await SpansAsync(again));
    }

    [Fact]
    public void A_deletion_reads_back_as_it_was_written()
    {
        var deletion = new SpanDeletion(-5, 7, [new LabelMatcher(MatchType.NotRegex, "user.id", "b|c"), new LabelMatcher(MatchType.Equal, "é", "")]) { CreatedUnixMs = 12 };
        var into = new ByteWriter();
        new SpanErasure(deletion, new HashSet<long> { 3, 9 }).Put(into);
        var whole = into.Written.ToArray();
        var reader = new ByteReader(whole);
        var read = SpanErasure.TryRead(ref reader)!;
        Assert.Equal([3L, 9L], read.Segments.Order());
        Assert.Equal((-5, 7, 12), (read.Deletion.FromNanos, read.Deletion.ToNanos, read.Deletion.CreatedUnixMs));
        Assert.Equal(deletion.Matchers, read.Deletion.Matchers);
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = new ByteReader(whole.AsSpan(0, length));
            Assert.Null(SpanErasure.TryRead(ref cut));
        }
    }

    private static SpanDeletion Deletion(string service) => new(0, long.MaxValue, [new LabelMatcher(MatchType.Equal, "service.name", service)]);

    private DiskStore Open(string directory) => DiskStore.Open(new DiskStoreOptions { Directory = directory }, _time, null, new FailingDisk(), default);

    private async Task FillAsync(DiskStore store, string service, params ulong[] spans)
    {
        foreach (var span in spans)
            await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(1, 1), new SpanId(span), service, "GET /", (_time.NowMs - 1000 + (long)span) * 1_000_000), default);
    }

    private bool IsOnDisk(string text) =>
        Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "*.segment").Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static async Task<List<ulong>> SpansAsync(DiskStore store)
    {
        var (spans, warnings) = (new List<ulong>(), new List<string>());
        await foreach (var batch in store.SelectAsync(new SpanSelect(0, long.MaxValue), warnings, default))
        {
            foreach (var span in batch.Spans.Span)
                spans.Add(span.SpanId.Value);
        }
        Assert.Empty(warnings);
        spans.Sort();
        return spans;
    }
}
