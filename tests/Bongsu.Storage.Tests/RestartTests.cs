using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Storage.Tests;

/// <summary>A restart costs in proportion to the samples that are in the log only, and little for each: figures that are the same on every machine.</summary>
public sealed class RestartTests : IDisposable
{
    private const int Series = 150;

    // Above this a sample of a head is not packed: 16 bytes as it comes, about one in a chunk, and lists grow by doubling.
    private const double MaxBytesPerSample = 6;

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Replay_allocates_in_proportion_to_the_samples_and_a_few_bytes_for_each()
    {
        int[] scrapes = [1500, 3000, 6000];
        var allocated = new double[scrapes.Length];
        // Once before: what the runtime allocates for code and statics does not count.
        await ReplayAsync(50);
        for (var i = 0; i < scrapes.Length; i++)
            allocated[i] = await ReplayAsync(scrapes[i]);
        var (first, second) = (allocated[1] - allocated[0], allocated[2] - allocated[1]);
        Assert.InRange(second / first, 1.4, 2.6);
        Assert.InRange(second / (Series * (scrapes[2] - scrapes[1])), 0, MaxBytesPerSample);
    }

    [Fact]
    public async Task The_log_takes_a_few_bytes_for_each_sample_and_names_each_series_once_a_file()
    {
        await ReplayAsync(800);
        var files = Directory.GetFiles(Path.Combine(_directory.Path, "800", DataLayout.WalDirectory), "metrics-*");
        Assert.InRange(files.Sum(f => new FileInfo(f).Length) / (double)(Series * 800), 0, 4);
        foreach (var file in files)
            Assert.Equal(1, Count(await File.ReadAllBytesAsync(file), "instance-7\u0003"u8.ToArray()));
    }

    public void Dispose() => _directory.Dispose();

    // Bytes that opening a store allocates, whose log holds so many scrapes of each series and whose blocks none.
    private async Task<double> ReplayAsync(int scrapes)
    {
        var options = new DiskStoreOptions { Directory = Path.Combine(_directory.Path, $"{scrapes}"), Durability = Durability.Os, BlockWindow = TimeSpan.FromDays(30), FlushInterval = TimeSpan.FromDays(1000) };
        await using (var store = DiskStore.Open(options, _time, null, new Disk(), default))
            await FillAsync(store, scrapes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = DiskStore.Open(options, _time, null, new Disk(), default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Series, again.Status.SeriesActive);
        Assert.Empty(Directory.GetFiles(Path.Combine(options.Directory, DataLayout.BlocksDirectory)));
        Assert.Equal(Series * (long)scrapes, await CountAsync(again));
        await again.DisposeAsync();
        return allocated;
    }

    private async Task FillAsync(DiskStore store, int scrapes)
    {
        var labels = new LabelSet[Series];
        for (var i = 0; i < Series; i++)
            labels[i] = LabelSet.Of(("__name__", "requests_total"), ("instance", $"instance-{i}"), ("job", "api"));
        var batch = new MetricBatch();
        for (var scrape = 0; scrape < scrapes; scrape++)
        {
            batch.Clear();
            for (var i = 0; i < Series; i++)
                batch.AddSample(batch.AddSeries(labels[i].Bytes), _time.NowMs - (scrapes - scrape) * 15_000L, (long)scrape * i + i * scrape % 7);
            Assert.Equal(Series, (await store.AppendAsync(batch, default)).Accepted);
        }
    }

    private static async Task<long> CountAsync(DiskStore store)
    {
        using var selection = await store.SelectAsync(new SeriesSelect(long.MinValue, long.MaxValue, []), default);
        using var reader = selection.OpenReader();
        var (count, samples) = (0L, new SampleColumns());
        for (var i = 0; i < selection.Count; i++)
        {
            samples.Clear();
            reader.Read(i, samples);
            count += samples.TimesMs.Count;
        }
        return count;
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text)
    {
        var count = 0;
        for (var at = bytes.IndexOf(text); at >= 0; at = bytes.IndexOf(text))
        {
            count++;
            bytes = bytes[(at + 1)..];
        }
        return count;
    }
}
