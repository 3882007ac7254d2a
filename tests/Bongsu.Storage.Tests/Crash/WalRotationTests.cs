using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using Bongsu.Testing.Conformance;

namespace Bongsu.Storage.Tests.Crash;

public sealed class WalRotationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Every_wal_file_names_its_series_so_that_a_lost_one_costs_only_itself()
    {
        await using (var store = Open())
        {
            for (var i = 0; i < 9; i++)
                await store.AppendAsync(TelemetryFixtures.Samples(LabelSet.Of(("__name__", "m")), (_time.NowMs + i, i)), default);
        }
        var files = Directory.GetFiles(Path.Combine(_directory.Path, DataLayout.WalDirectory));
        Assert.Equal(9, files.Length);
        Array.Sort(files, StringComparer.Ordinal);
        var first = await File.ReadAllBytesAsync(files[0]);
        Array.Clear(first);
        await File.WriteAllBytesAsync(files[0], first);
        await using var again = Open();
        Assert.Single(again.Status.Problems);
        Assert.Equal(8, (await StoreContent.ReadAsync(again)).Count);
    }

    public void Dispose() => _directory.Dispose();

    private DiskStore Open() =>
        DiskStore.Open(new DiskStoreOptions { Directory = _directory.Path, Durability = Durability.Os, WalFileBytes = 1 }, _time, null, new Disk(), default);
}
