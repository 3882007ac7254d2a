using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly FailingDisk _disk = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_full_disk_refuses_and_recovers_by_itself(bool failsSync, bool failsSetLength)
    {
        List<string> kept;
        await using (var store = Open())
        {
            await AppendAsync(store, 1, RejectReason.None);
            var before = await StoreContent.ReadAsync(store);
            (_disk.IsFull, _disk.FailsSync, _disk.FailsSetLength) = (!failsSync, failsSync, failsSetLength);
            await AppendAsync(store, 2, RejectReason.DiskFull);
            await AppendAsync(store, 3, RejectReason.DiskFull);
            Assert.Equal(before, await StoreContent.ReadAsync(store));
            Assert.Equal(3, store.Status.Problems.Count);
            (_disk.IsFull, _disk.FailsSync, _disk.FailsSetLength) = (false, false, false);
            await AppendAsync(store, 2, RejectReason.None);
            await AppendAsync(store, 4, RejectReason.None);
            Assert.Empty(store.Status.Problems);
            kept = await StoreContent.ReadAsync(store);
            Assert.Equal(before.Count * 3, kept.Count);
        }
        await using var again = Open();
        var found = await StoreContent.ReadAsync(again);
        Assert.Empty(kept.Except(found));
        // What was refused may only be found when the disk refused to take it back.
        Assert.True(found.Count == kept.Count || failsSetLength);
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public async Task A_head_that_cannot_be_sealed_stays_readable_and_is_sealed_later()
    {
        await using var store = Open();
        await AppendAsync(store, 1, RejectReason.None);
        var before = await StoreContent.ReadAsync(store);
        _disk.IsFull = true;
        store.SealAll();
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        Assert.NotEmpty(store.Status.Problems);
        _disk.IsFull = false;
        store.Maintain();
        Assert.Empty(store.Status.Problems);
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        Assert.Single(Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.SegmentsDirectory), "logs-*"));
    }

    public void Dispose() => _directory.Dispose();

    private DiskStore Open() => DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path }, _time, null, _disk, default);

    private async Task AppendAsync(DiskStore store, int i, RejectReason expected)
    {
        var nanos = _time.NowMs * 1_000_000;
        Check(await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m"), ("i", $"{i}")), (_time.NowMs + i, i)), default), expected);
        Check(await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", "a")), (nanos + i, $"line {i}")), default), expected);
        Check(await store.AppendAsync(TelemetryFixtures.RichSpan(new TraceId(1, 1), new SpanId((ulong)i), "api", "GET", nanos + i), default), expected);
    }

    private static void Check(AppendResult result, RejectReason expected)
    {
        Assert.Equal(expected == RejectReason.None ? 1 : 0, result.Accepted);
        Assert.Equal(expected, result.Rejections.Count == 0 ? RejectReason.None : result.Rejections[0].Reason);
    }
}
