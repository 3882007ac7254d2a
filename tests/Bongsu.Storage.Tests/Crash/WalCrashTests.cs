using Bongsu.Telemetry.Labels;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

public sealed class WalCrashTests : IDisposable
{
    private readonly CrashScene _scene = new();
    private readonly TemporaryDirectory _copies = new();

    [Theory]
    [InlineData(DataLayout.Metrics)]
    [InlineData(DataLayout.Logs)]
    [InlineData(DataLayout.Spans)]
    public async Task A_wal_cut_at_any_byte_gives_back_exactly_the_batches_before_the_cut(string signal)
    {
        await _scene.FillAsync(2, seal: false);
        var prefixes = _scene.Acknowledged.Select(c => Of(signal, c)).DistinctBy(c => c.Count).ToList();
        var length = new FileInfo(Wal(_scene.Directory, signal)).Length;
        var last = -1;
        for (var cut = 0; cut <= length; cut++)
        {
            var directory = _scene.Copy(_copies);
            using (var file = File.OpenWrite(Wal(directory, signal)))
                file.SetLength(cut);
            await using var store = _scene.Open(directory);
            var found = Of(signal, await StoreContent.ReadAsync(store));
            var prefix = prefixes.FindIndex(p => p.SequenceEqual(found));
            Assert.True(prefix >= last, $"cut at {cut}: {found.Count} items are no prefix, or fewer than with less of the file");
            last = prefix;
        }
        Assert.Equal(prefixes.Count - 1, last);
    }

    [Theory]
    [InlineData(DataLayout.Metrics)]
    [InlineData(DataLayout.Logs)]
    [InlineData(DataLayout.Spans)]
    public async Task A_flipped_bit_costs_at_most_its_record_and_is_told(string signal)
    {
        await _scene.FillAsync(4, seal: false);
        var length = new FileInfo(Wal(_scene.Directory, signal)).Length;
        var all = _scene.All;
        for (var at = 0; at < length; at += 11)
        {
            var directory = _scene.Copy(_copies);
            Flip(Wal(directory, signal), at);
            await using var store = _scene.Open(directory);
            Assert.True(_scene.Problems.Count > 0, $"flip at {at} is not told");
            var found = await StoreContent.ReadAsync(store);
            Assert.Empty(found.Except(all));
            Assert.Equal(all.Where(c => !Is(signal, c)), found.Where(c => !Is(signal, c)));
            // The series of a record that names them go with it; of events only the record itself.
            Assert.True(signal == DataLayout.Metrics || Of(signal, all).Count - Of(signal, found).Count <= 2, $"flip at {at} costs more than a record");
        }
    }

    [Fact]
    public async Task What_is_appended_after_a_torn_tail_is_found_again()
    {
        await _scene.FillAsync(2, seal: false);
        using (var file = File.OpenWrite(Wal(_scene.Directory, DataLayout.Logs)))
        {
            file.Seek(0, SeekOrigin.End);
            file.Write([0xf1, 0x5a, 1, 2, 3]);
        }
        var before = _scene.All;
        for (var i = 0; i < 3; i++)
        {
            await using var store = _scene.Open(_scene.Directory);
            Assert.Equal(i == 0 ? 1 : 0, _scene.Problems.Count);
            Assert.Equal(before.Count + i, (await StoreContent.ReadAsync(store)).Count);
            await store.AppendAsync(TelemetryFixtures.Logs(LabelSet.Of(("app", "later")), (_scene.Time.NowMs * 1_000_000 + i, "later")), default);
        }
    }

    [Fact]
    public async Task Old_bytes_behind_the_end_are_no_records()
    {
        await _scene.FillAsync(3, seal: false);
        foreach (var signal in (string[])[DataLayout.Metrics, DataLayout.Logs, DataLayout.Spans])
        {
            var bytes = File.ReadAllBytes(Wal(_scene.Directory, signal));
            File.WriteAllBytes(Wal(_scene.Directory, signal), [.. bytes, .. bytes[64..]]);
        }
        await using var store = _scene.Open(_scene.Directory);
        Assert.Equal(_scene.All, await StoreContent.ReadAsync(store));
    }

    [Fact]
    public async Task A_crash_between_sealing_and_truncating_neither_loses_nor_repeats()
    {
        await _scene.FillAsync(3, seal: false);
        var directory = _scene.Copy(_copies);
        await using (var store = _scene.Open(directory))
            store.SealAll();
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, DataLayout.WalDirectory)));
        // The WAL stands again, as if it had not been deleted yet.
        foreach (var wal in Directory.GetFiles(Path.Combine(_scene.Directory, DataLayout.WalDirectory)))
            File.Copy(wal, wal.Replace(_scene.Directory, directory));
        await using var reopened = _scene.Open(directory);
        Assert.Equal(_scene.All, await StoreContent.ReadAsync(reopened));
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, DataLayout.WalDirectory)));
    }

    [Fact]
    public async Task Two_stores_cannot_share_a_directory()
    {
        await using var store = _scene.Open(_scene.Directory);
        var refused = Assert.Throws<IOException>(() => _scene.Open(_scene.Directory));
        Assert.Contains("in use by another process", refused.Message);
    }

    public void Dispose()
    {
        _scene.Dispose();
        _copies.Dispose();
    }

    internal static void Flip(string path, long at)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Seek(at, SeekOrigin.Begin);
        var old = file.ReadByte();
        file.Seek(at, SeekOrigin.Begin);
        file.WriteByte((byte)(old ^ (1 << (int)(at % 8))));
    }

    internal static bool Is(string signal, string item) =>
        item.StartsWith(signal switch { DataLayout.Metrics => "sample ", DataLayout.Logs => "log ", _ => "span " }, StringComparison.Ordinal);

    private static List<string> Of(string signal, List<string> content) => content.Where(c => Is(signal, c)).ToList();

    private static string Wal(string directory, string signal) => Path.Combine(directory, DataLayout.WalDirectory, DataLayout.WalFile(signal, 1));
}
