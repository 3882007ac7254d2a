using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>Damage to the small files beside blocks and segments: told, and it costs what the file holds and nothing else.</summary>
public sealed class SideFileDamageTests : IDisposable
{
    private readonly CrashScene _scene = new();
    private readonly TemporaryDirectory _copies = new();

    [Theory]
    [InlineData("blocks/metric-metadata")]
    [InlineData("blocks/metric-deletions")]
    [InlineData("clock")]
    public async Task A_flipped_bit_in_a_small_file_is_told_and_costs_no_sample(string name)
    {
        await FillAsync();
        var length = new FileInfo(Path.Combine(_scene.Directory, name)).Length;
        for (var at = 0; at < length; at += 5)
        {
            var directory = _scene.Copy(_copies);
            WalCrashTests.Flip(Path.Combine(directory, name), at);
            await OpensWithAllAsync(directory, name, $"flip at {at}");
        }
    }

    [Theory]
    [InlineData("blocks/metric-metadata")]
    [InlineData("blocks/metric-deletions")]
    [InlineData("clock")]
    public async Task A_small_file_cut_anywhere_or_filled_with_anything_costs_no_sample(string name)
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_scene.Directory, name));
        var random = new Random(3);
        for (var i = 0; i < 20; i++)
        {
            var directory = _scene.Copy(_copies);
            var noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            // A cut between two frames leaves a whole file: of deletions it is told by none, so cuts within frames are made.
            var cut = bytes.AsSpan(0, random.Next(bytes.Length) | 1).ToArray();
            await File.WriteAllBytesAsync(Path.Combine(directory, name), i % 2 == 0 ? noise : cut);
            await OpensWithAllAsync(directory, name, $"change {i}");
        }
    }

    [Fact]
    public async Task A_store_goes_on_and_restarts_with_a_block_whose_header_is_damaged()
    {
        var labels = LabelSet.Of(("__name__", "m"));
        for (var i = 0; i < 3; i++)
        {
            await using var store = _scene.Open(_scene.Directory);
            await store.AppendAsync(TelemetryFixtures.Samples(labels, (_scene.Time.NowMs + i, i)), default);
            store.SealAll();
        }
        var last = Path.Combine(_scene.Directory, DataLayout.BlocksDirectory, DataLayout.SealedFile(DataLayout.Metrics, 3, DataLayout.BlockSuffix));
        WalCrashTests.Flip(last, 30);
        for (var i = 0; i < 3; i++)
        {
            await using var store = _scene.Open(_scene.Directory);
            await store.Verified;
            Assert.Single(_scene.Problems);
            Assert.Equal(3 + i, (await StoreContent.ReadAsync(store)).Count);
            await store.AppendAsync(TelemetryFixtures.Samples(labels, (_scene.Time.NowMs + 100 + i, i)), default);
        }
        await using var again = _scene.Open(_scene.Directory);
        Assert.Equal(6, (await StoreContent.ReadAsync(again)).Count);
    }

    [Fact]
    public async Task A_deletion_does_not_reach_blocks_that_are_written_when_those_it_was_made_for_are_gone()
    {
        var labels = LabelSet.Of(("__name__", "m"));
        await using (var store = _scene.Open(_scene.Directory))
        {
            await store.AppendAsync(TelemetryFixtures.Samples(labels, (_scene.Time.NowMs, 1)), default);
            store.SealAll();
            await store.DeleteAsync(new SeriesSelect(long.MinValue, long.MaxValue, []), default);
        }
        foreach (var block in Directory.GetFiles(Path.Combine(_scene.Directory, DataLayout.BlocksDirectory), "*" + DataLayout.BlockSuffix))
            File.Delete(block);
        await using var again = _scene.Open(_scene.Directory);
        await again.AppendAsync(TelemetryFixtures.Samples(labels, (_scene.Time.NowMs + 1, 2)), default);
        again.SealAll();
        Assert.Single(await StoreContent.ReadAsync(again));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _copies.Dispose();
    }

    private async Task FillAsync()
    {
        await _scene.FillAsync(2, seal: true);
        await using var store = _scene.Open(_scene.Directory);
        var batch = TelemetryFixtures.Samples(LabelSet.Of(("__name__", "deleted")), (_scene.Time.NowMs, 1));
        batch.Metadata.Add(new MetricMetadata("deleted", MetricType.Gauge, "s", "What is deleted."));
        await store.AppendAsync(batch, default);
        store.SealAll();
        foreach (var name in (string[])["deleted", "nothing"])
            await store.DeleteAsync(new SeriesSelect(long.MinValue, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]), default);
        // A clock in doubt leaves its file behind.
        _scene.Time.Set(TimeSpan.FromDays(-2));
        store.Maintain();
        _scene.Time.Set(TimeSpan.FromDays(2));
    }

    private async Task OpensWithAllAsync(string directory, string name, string what)
    {
        await using var store = _scene.Open(directory);
        Assert.True(_scene.Problems.Any(p => p.Contains(Path.GetFileName(name), StringComparison.Ordinal)), $"{what} is not told: {string.Join("; ", _scene.Problems)}");
        var warnings = new List<string>();
        var found = await StoreContent.ReadAsync(store, warnings);
        Assert.Empty(warnings);
        Assert.Equal(_scene.All, found.Where(line => !line.Contains("deleted", StringComparison.Ordinal)));
        await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "later")), (_scene.Time.NowMs, 1)), default);
        await store.DeleteAsync(new SeriesSelect(long.MinValue, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", "later")]), default);
        store.SealAll();
        Assert.Empty(store.Status.Problems.Except(_scene.Problems));
    }
}
