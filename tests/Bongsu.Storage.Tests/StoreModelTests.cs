using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Storage.Tests;

/// <summary>
/// Random lives of a store beside a dictionary that does the same: appends in and out of order, repeats, histograms, start times, deletions, seals, merges,
/// snapshots, restarts, the clock going on, and set forwards and backwards by days. Whatever happens, both hold the same.
/// </summary>
public sealed class StoreModelTests : IDisposable
{
    private static readonly LabelSet[] Names = [.. Enumerable.Range(0, 5).Select(i => LabelSet.Of(("__name__", "m"), ("i", $"{i}"), (i % 2 == 0 ? "even" : "odd", "yes")))];

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Dictionary<(int Series, long Time), string> _model = [];

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_store_holds_what_a_dictionary_holds(int seed)
    {
        var random = new Random(seed);
        var store = Open();
        for (var step = 0; step < 60; step++)
        {
            store = await StepAsync(store, random);
            if (step % 5 == 4)
                await CompareAsync(store, random, $"seed {seed} step {step}");
        }
        Assert.DoesNotContain(store.Status.Problems, p => !p.StartsWith("The clock says", StringComparison.Ordinal));
        await store.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    private async Task<DiskStore> StepAsync(DiskStore store, Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                store.SealAll();
                break;
            case 1:
                store.Maintain();
                break;
            case 2:
                await DeleteAsync(store, random);
                break;
            case 3 when random.Next(2) == 0:
                await store.CleanTombstonesAsync(default);
                break;
            case 4:
                await store.DisposeAsync();
                return Open();
            case 5:
                await AssertSnapshotAsync(store);
                break;
            case 6 or 7:
                _time.Advance(TimeSpan.FromMinutes(random.Next(1, 90)));
                break;
            case 8 when random.Next(2) == 0:
                _time.Set(TimeSpan.FromHours(random.Next(-100, 100)));
                break;
            default:
                await AppendAsync(store, random);
                break;
        }
        return store;
    }

    private async Task AppendAsync(DiskStore store, Random random)
    {
        var batch = new MetricBatch();
        var hasStarts = random.Next(3) == 0;
        var back = random.Next(4) switch { 0 => 0, 1 => random.Next(600), 2 => random.Next(20_000), _ => 0 };
        foreach (var name in Names)
            batch.AddSeries(name.Bytes);
        var count = random.Next(1, 250);
        var from = _time.NowMs - back * 1000L - count * 15_000L;
        for (var i = 0; i < count; i++)
        {
            var time = from + i * 15_000L + (random.Next(10) == 0 ? random.Next(-40_000, 3) : 0);
            var series = random.Next(Names.Length);
            if (random.Next(30) == 0)
                AddHistogram(batch, series, time, random.Next(100), hasStarts ? time - 5 : 0, hasStarts);
            else
                AddFloat(batch, series, time, random.Next(3) == 0 ? random.NextDouble() : random.Next(1000), hasStarts && random.Next(4) > 0 ? time / 60_000 : 0, hasStarts);
        }
        Assert.Equal(count, (await store.AppendAsync(batch, default)).Accepted);
        // Floats of a batch come before its histograms.
        for (var i = 0; i < batch.SampleSeries.Count; i++)
            _model[(batch.SampleSeries[i], batch.SampleTimesMs[i])] = $"{BitConverter.DoubleToInt64Bits(batch.SampleValues[i]):x} {(hasStarts ? batch.SampleStartTimesMs[i] : 0)}";
        for (var i = 0; i < batch.Histograms.Count; i++)
            _model[(batch.Histograms[i].Series, batch.Histograms[i].TimestampMs)] = $"histogram {batch.Histograms[i].Value.Count} {(hasStarts ? batch.HistogramStartTimesMs[i] : 0)}";
    }

    private static void AddFloat(MetricBatch batch, int series, long time, double value, long start, bool hasStarts)
    {
        batch.AddSample(series, time, value);
        if (hasStarts)
            batch.SampleStartTimesMs.Add(start);
    }

    private static void AddHistogram(MetricBatch batch, int series, long time, double count, long start, bool hasStarts)
    {
        batch.Histograms.Add((series, time, new NativeHistogram { Count = count }));
        if (hasStarts)
            batch.HistogramStartTimesMs.Add(start);
    }

    private async Task DeleteAsync(DiskStore store, Random random)
    {
        var from = _time.NowMs - random.Next(30_000) * 1000L;
        var to = random.Next(4) == 0 ? long.MaxValue : from + random.Next(10_000) * 1000L;
        var isEven = random.Next(2) == 0;
        await store.DeleteAsync(new SeriesSelect(from, to, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "even", isEven ? "yes" : "")]), default);
        foreach (var key in _model.Keys.Where(k => k.Time >= from && k.Time <= to && k.Series % 2 == 0 == isEven).ToList())
            _model.Remove(key);
    }

    private async Task AssertSnapshotAsync(DiskStore store)
    {
        var path = await store.SnapshotAsync(default);
        await using (var copy = DiskStore.Open(Options(path), _time, null, new Disk(), default))
            Assert.Equal(Expected(long.MinValue, long.MaxValue), await ReadAsync(copy, long.MinValue, long.MaxValue));
        Directory.Delete(path, recursive: true);
    }

    private async Task CompareAsync(DiskStore store, Random random, string where)
    {
        AssertSame(Expected(long.MinValue, long.MaxValue), await ReadAsync(store, long.MinValue, long.MaxValue), where);
        var from = _time.NowMs - random.Next(40_000) * 1000L;
        var to = from + random.Next(20_000) * 1000L;
        AssertSame(Expected(from, to), await ReadAsync(store, from, to), $"{where} [{from}, {to}]");
    }

    private static void AssertSame(List<string> expected, List<string> actual, string where) =>
        Assert.True(expected.SequenceEqual(actual), $"{where}: missing {string.Join("; ", expected.Except(actual).Take(3))}, wrong {string.Join("; ", actual.Except(expected).Take(3))}");

    private List<string> Expected(long from, long to) =>
        [.. _model.Where(m => m.Key.Time >= from && m.Key.Time <= to).OrderBy(m => m.Key.Series).ThenBy(m => m.Key.Time).Select(m => $"{m.Key.Series} {m.Key.Time} {m.Value}")];

    private static async Task<List<string>> ReadAsync(DiskStore store, long from, long to)
    {
        using var selection = await store.SelectAsync(new SeriesSelect(from, to, []), default);
        using var reader = selection.OpenReader();
        var (all, samples) = (new List<string>(), new SampleColumns());
        for (var i = 0; i < selection.Count; i++)
        {
            samples.Clear();
            reader.Read(i, samples);
            var series = selection.Labels(i).Get("i");
            Assert.True(i == 0 || selection.Labels(i - 1).Bytes.SequenceCompareTo(selection.Labels(i).Bytes) < 0);
            List<(long Time, string Text)> rows = [];
            for (var s = 0; s < samples.TimesMs.Count; s++)
                rows.Add((samples.TimesMs[s], $"{BitConverter.DoubleToInt64Bits(samples.Values[s]):x} {(samples.StartTimesMs.Count > 0 ? samples.StartTimesMs[s] : 0)}"));
            for (var s = 0; s < samples.Histograms.Count; s++)
                rows.Add((samples.HistogramTimesMs[s], $"histogram {samples.Histograms[s].Count} {(samples.HistogramStartTimesMs.Count > 0 ? samples.HistogramStartTimesMs[s] : 0)}"));
            all.AddRange(rows.OrderBy(r => r.Time).Select(r => $"{series} {r.Time} {r.Text}"));
        }
        // Labels order "even" before "odd" only behind the number, so the order of series is that of the model.
        Assert.Empty(selection.Warnings);
        return [.. all.OrderBy(l => int.Parse(l.Split(' ')[0])).ThenBy(l => long.Parse(l.Split(' ')[1]))];
    }

    private static DiskStoreOptions Options(string directory) =>
        new() { Directory = directory, Durability = Durability.Os, RetentionMetrics = TimeSpan.Zero, FlushInterval = TimeSpan.FromDays(1000), WalFileBytes = 20_000 };

    private DiskStore Open() => DiskStore.Open(Options(_directory.Path), _time, null, new Disk(), default);
}
