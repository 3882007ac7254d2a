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
    private static readonly SpanColumns s_least = new(SpanParts.None);

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

    // The attribute that a deletion looks at is read whatever else is.
    [Theory]
    [InlineData(SpanParts.None)]
    [InlineData(SpanParts.Name)]
    [InlineData(SpanParts.Attributes)]
    public async Task What_is_deleted_by_an_attribute_is_hidden_from_who_reads_other_parts(SpanParts parts)
    {
        await using var store = Open(_directory.Path);
        await FillAsync(store, "api", 1, 2);
        store.SealAll();
        var columns = new SpanColumns(parts, ["other"]);
        await store.DeleteAsync(new SpanDeletion(0, long.MaxValue, [new LabelMatcher(MatchType.Equal, "text", "another")]), default);
        Assert.Equal([1UL, 2], await SpansAsync(store, columns));
        Assert.Equal(2, (await store.TracesAsync([new TraceId(1, 1)], columns, [], default)).Count);
        await store.DeleteAsync(new SpanDeletion(0, long.MaxValue, [new LabelMatcher(MatchType.Equal, "text", "값")]), default);
        Assert.Empty(await SpansAsync(store, columns));
        Assert.Equal(0, (await store.TracesAsync([new TraceId(1, 1)], columns, [], default)).Count);
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
    public async Task What_is_deleted_is_hidden_from_who_asks_for_few_columns()
    {
        await using var store = DiskStore.Open(new DiskStoreOptions
        {
            Directory = _directory.Path,
            TraceRetentionRules = [new EventRetentionRule([new LabelMatcher(MatchType.Equal, "service_name", "brief")], TimeSpan.FromHours(1))],
        }, _time, null, new FailingDisk(), default);
        await FillAsync(store, "api", 1);
        await FillAsync(store, "billing", 2);
        await FillAsync(store, "brief", 3);
        store.SealAll();
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([1UL, 2], await SpansAsync(store, s_least));
        await store.DeleteAsync(new SpanDeletion(0, long.MaxValue, [new LabelMatcher(MatchType.Equal, "service.name", "billing"), new LabelMatcher(MatchType.Equal, "text", "값")]), default);
        Assert.Equal([1UL], await SpansAsync(store, s_least));
        Assert.Equal(1, (await store.TracesAsync([new TraceId(1, 1)], s_least, [], default)).Count);
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

    private static async Task<List<ulong>> SpansAsync(DiskStore store, SpanColumns? columns = null)
    {
        var (spans, warnings) = (new List<ulong>(), new List<string>());
        await foreach (var batch in store.SelectAsync(new SpanSelect(0, long.MaxValue) { Columns = columns ?? SpanColumns.All }, warnings, default))
        {
            foreach (var span in batch.Spans.Span)
                spans.Add(span.SpanId.Value);
        }
        Assert.Empty(warnings);
        spans.Sort();
        return spans;
    }
}
