using Bongsu.Storage.Tests.Crash;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests;

public sealed class CompactionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _before = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Merged_blocks_hold_the_same_and_the_newest_value_stands()
    {
        var store = Open();
        await FillAsync(store, 6);
        var before = await StoreContent.ReadAsync(store);
        Assert.Equal(6, Blocks().Length);
        store.Maintain();
        Assert.Single(Blocks());
        Assert.Equal(before, await StoreContent.ReadAsync(store));
        await store.DisposeAsync();
        await using var again = Open();
        Assert.Equal(before, await StoreContent.ReadAsync(again));
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
        foreach (var block in Directory.GetFiles(Path.Combine(_before.Path, DataLayout.BlocksDirectory), "*.block"))
        {
            if (!File.Exists(block.Replace(_before.Path, _directory.Path)))
                File.Copy(block, block.Replace(_before.Path, _directory.Path));
        }
        Assert.Equal(5, Blocks().Length);
        await using var again = Open();
        Assert.Single(Blocks());
        Assert.Equal(before, await StoreContent.ReadAsync(again));
    }

    [Fact]
    public async Task Damaged_blocks_are_left_as_they_are()
    {
        await using (var store = Open())
            await FillAsync(store, 5);
        // Within the only chunk group, behind the 48 bytes of the header frame.
        WalCrashTests.Flip(Blocks()[2], 80);
        await using var again = Open();
        again.Maintain();
        Assert.Equal(5, Blocks().Length);
        Assert.NotEmpty(again.Status.Problems);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _before.Dispose();
    }

    private string[] Blocks()
    {
        var blocks = Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.BlocksDirectory), "*.block");
        Array.Sort(blocks, StringComparer.Ordinal);
        return blocks;
    }

    private DiskStore Open() => DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os }, _time, null, new Disk(), default);

    // Overlapping blocks: each has its own series, some of the shared one, and another value for one time of all.
    private async Task FillAsync(DiskStore store, int blocks)
    {
        for (var i = 0; i < blocks; i++)
        {
            await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "shared")), (_time.NowMs, i), (_time.NowMs + i + 1, i)), default);
            await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", $"own{i}")), (_time.NowMs + 50, 0.5)), default);
            store.SealAll();
        }
    }
}
