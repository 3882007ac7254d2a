using Bongsu.Storage.Journal;
using Bongsu.Storage.Tests.Crash;
using Bongsu.Testing;

namespace Bongsu.Storage.Tests;

/// <summary>Data directories that released formats wrote: they must open for ever, and hold what they held. Never rewrite one; add the next version beside it.</summary>
public sealed class GoldenFormatTests : IDisposable
{
    private readonly TemporaryDirectory _copy = new();

    public static TheoryData<string> Versions { get; } = new() { "v1", "v2", "v3", "v4" };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Old_formats_open_with_all_they_hold(string version)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "testdata", version);
        foreach (var file in Directory.GetFiles(golden, "*", SearchOption.AllDirectories))
        {
            var target = file.Replace(golden, _copy.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        await using var store = DiskStore.Open(new DiskStoreOptions { Directory = _copy.Path }, new ManualTime(), null, new Disk(), default);
        await store.Verified;
        await using var journal = await DiskJournal.OpenAsync(_copy.Path, Durability.Os, null, default);
        var content = await StoreContent.ReadAsync(store);
        await foreach (var record in journal.ReadAsync("golden", default))
            content.Add($"journal {record.Sequence} {Convert.ToHexString(record.Bytes.Span)}");
        foreach (var metadata in await store.MetadataAsync(default))
            content.Add($"metadata {metadata}");
        Assert.Empty(store.Status.Problems);
        Assert.Empty(journal.Problems);
        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(golden, "expected.txt")), content);
    }

    public void Dispose() => _copy.Dispose();
}
