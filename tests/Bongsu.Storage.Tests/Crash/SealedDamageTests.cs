namespace Bongsu.Storage.Tests.Crash;

public sealed class SealedDamageTests : IDisposable
{
    private readonly CrashScene _scene = new();
    private readonly TemporaryDirectory _copies = new();

    [Theory]
    [InlineData(DataLayout.Metrics)]
    [InlineData(DataLayout.Logs)]
    [InlineData(DataLayout.Spans)]
    public async Task A_flipped_bit_in_a_sealed_file_is_told_and_contained(string signal)
    {
        await _scene.FillAsync(4, seal: true);
        var path = Sealed(_scene.Directory, signal);
        for (var at = 0L; at < new FileInfo(path).Length; at += 13)
        {
            var directory = _scene.Copy(_copies);
            WalCrashTests.Flip(Sealed(directory, signal), at);
            var store = _scene.Open(directory);
            var warnings = new List<string>();
            var found = await StoreContent.ReadAsync(store, warnings);
            await store.Verified;
            await store.DisposeAsync();
            Assert.True(_scene.Problems.Count > 0, $"flip at {at} is not told");
            Assert.Empty(found.Except(_scene.All));
            Assert.Equal(_scene.All.Where(c => !WalCrashTests.Is(signal, c)), found.Where(c => !WalCrashTests.Is(signal, c)));
            Assert.True(found.Count == _scene.All.Count || warnings.Count > 0 || _scene.Problems.Count > 0, $"flip at {at} loses data without a word");
        }
    }

    [Fact]
    public async Task A_sealed_file_cut_anywhere_still_opens()
    {
        await _scene.FillAsync(3, seal: true);
        foreach (var signal in (string[])[DataLayout.Metrics, DataLayout.Logs, DataLayout.Spans])
        {
            for (var cut = 0L; cut < new FileInfo(Sealed(_scene.Directory, signal)).Length; cut += 97)
            {
                var directory = _scene.Copy(_copies);
                using (var file = File.OpenWrite(Sealed(directory, signal)))
                    file.SetLength(cut);
                await using var store = _scene.Open(directory);
                Assert.NotEmpty(_scene.Problems);
                Assert.Empty((await StoreContent.ReadAsync(store)).Except(_scene.All));
            }
        }
    }

    [Fact]
    public async Task Half_written_files_are_removed_at_start()
    {
        await _scene.FillAsync(1, seal: true);
        var half = Sealed(_scene.Directory, DataLayout.Logs) + DataLayout.TemporarySuffix;
        File.WriteAllText(half, "half");
        await using var store = _scene.Open(_scene.Directory);
        Assert.False(File.Exists(half));
        Assert.Equal(_scene.All, await StoreContent.ReadAsync(store));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _copies.Dispose();
    }

    private static string Sealed(string directory, string signal) => signal == DataLayout.Metrics
        ? Path.Combine(directory, DataLayout.BlocksDirectory, DataLayout.SealedFile(signal, 1, DataLayout.BlockSuffix))
        : Path.Combine(directory, DataLayout.SegmentsDirectory, DataLayout.SealedFile(signal, 1, DataLayout.SegmentSuffix));
}
