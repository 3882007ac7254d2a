using Bongsu.Storage.Blocks;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests.Rollups;

/// <summary>A store with days of counters, gauges and true doubles behind it, and all of the samples beside it.</summary>
internal sealed class RollupScene : IDisposable
{
    public const RunFigures All = RunFigures.Sum | RunFigures.Extremes | RunFigures.Resets;
    public const long HourMs = 3_600_000;
    public const int Series = 6;

    private readonly Random _random = new(7);
    private readonly double[] _last = new double[Series];
    private bool _isOpen = true;

    public RollupScene() => Store = Open();

    public TemporaryDirectory Directory { get; } = new();

    /// <summary>Midnight, so that days of samples are days of rollups.</summary>
    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero));

    public DiskStore Store { get; private set; }

    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(5);

    public TimeSpan Retention5m { get; set; } = TimeSpan.FromDays(90);

    public TimeSpan Retention1h { get; set; } = TimeSpan.FromDays(400);

    public IReadOnlyList<MetricRetentionRule> Rules { get; set; } = [];

    public int StepMs { get; init; } = 60_000;

    public SortedDictionary<long, double>[] Samples { get; } = [.. Enumerable.Range(0, Series).Select(_ => new SortedDictionary<long, double>())];

    public static LabelSet Labels(int series) => LabelSet.Of(("__name__", "m"), ("i", $"{series}"));

    public DiskStore Open(string? directory = null, Disk? disk = null) => DiskStore.Open(Options(directory ?? Directory.Path), Time, null, disk ?? new Disk(), default);

    public async Task ReopenAsync()
    {
        await CloseAsync();
        Store = Open();
        _isOpen = true;
    }

    public async Task CloseAsync()
    {
        if (_isOpen)
            await Store.DisposeAsync();
        _isOpen = false;
    }

    /// <summary>Lets hours go by, with samples, and does what the timer would.</summary>
    public async Task LiveAsync(int hours)
    {
        for (var hour = 0; hour < hours; hour += 6)
        {
            var from = Time.NowMs;
            Time.Advance(TimeSpan.FromHours(6));
            await AppendAsync(from + 7_000, Time.NowMs);
            Store.SealAll();
            Store.Maintain();
        }
        for (var i = 0; i < 3; i++)
            Store.Maintain();
    }

    public async Task AppendAsync(long fromMs, long toMs)
    {
        var batch = new MetricBatch();
        for (var series = 0; series < Series; series++)
        {
            batch.AddSeries(Labels(series).Bytes);
            for (var time = fromMs; time <= toMs; time += StepMs)
                Add(batch, series, time, Next(series));
        }
        var result = await Store.AppendAsync(batch, default);
        Assert.Equal(batch.SampleSeries.Count, result.Accepted);
    }

    public void Add(MetricBatch batch, int series, long time, double value)
    {
        batch.AddSample(series, time, value);
        Samples[series][time] = value;
    }

    public Task DeleteAsync(int series, long fromMs, long toMs)
    {
        foreach (var time in Samples[series].Keys.Where(t => t >= fromMs && t <= toMs).ToList())
            Samples[series].Remove(time);
        return Store.DeleteAsync(new SeriesSelect(fromMs, toMs, [new LabelMatcher(MatchType.Equal, "i", $"{series}")]), default).AsTask();
    }

    public SeriesSelection Select(long fromMs, long toMs, DiskStore? store = null) =>
        (SeriesSelection)(store ?? Store).SelectAsync(new SeriesSelect(fromMs, toMs, []), default).Result;

    /// <summary>Compares the runs between cuts with those of the samples beside.</summary>
    public void AssertRuns(long fromMs, long toMs, long[] cutsMs, DiskStore? store = null)
    {
        using var selection = Select(fromMs, toMs, store);
        using var reader = selection.OpenSeriesReader();
        var found = Enumerable.Range(0, selection.Count).ToDictionary(selection.Labels);
        for (var series = 0; series < Series; series++)
        {
            var runs = new Column<SampleRun>();
            if (found.TryGetValue(Labels(series), out var number))
                Assert.True(reader.TryReadRuns(number, cutsMs, All, runs));
            AssertEqual(Expected(series, fromMs, toMs, cutsMs), runs.Span.ToArray());
        }
        Assert.Empty(selection.Warnings);
    }

    public SampleRun[] Expected(int series, long fromMs, long toMs, long[] cutsMs)
    {
        var samples = Samples[series].Where(s => s.Key >= fromMs && s.Key <= toMs).ToArray();
        var runs = new Column<SampleRun>();
        SampleRuns.Append(samples.Select(s => s.Key).ToArray(), samples.Select(s => s.Value).ToArray(), cutsMs, runs);
        return runs.Span.ToArray();
    }

    public static long[] Cuts(long fromMs, long toMs, long stepMs)
    {
        var cuts = new List<long>();
        for (var cut = fromMs; cut <= toMs; cut += stepMs)
            cuts.Add(cut);
        return [.. cuts];
    }

    public static void AssertEqual(SampleRun[] expected, SampleRun[] actual)
    {
        Assert.Equal(expected.Select(r => (r.FirstMs, r.LastMs, r.Count, r.First, r.Last, r.Min, r.Max)), actual.Select(r => (r.FirstMs, r.LastMs, r.Count, r.First, r.Last, r.Min, r.Max)));
        for (var i = 0; i < expected.Length; i++)
        {
            var scale = double.IsNaN(expected[i].Sum) ? 1 : expected[i].Count * Math.Max(Math.Abs(expected[i].Min), Math.Abs(expected[i].Max));
            Assert.Equal(double.IsNaN(expected[i].Sum), double.IsNaN(actual[i].Sum));
            if (!double.IsNaN(expected[i].Sum))
                Assert.InRange(actual[i].Sum, expected[i].Sum - scale * 1e-12, expected[i].Sum + scale * 1e-12);
            if (IsNoCounter(expected[i]))
                continue;
            Assert.Equal(expected[i].Resets, actual[i].Resets);
            Assert.InRange(actual[i].ResetAmount, expected[i].ResetAmount - scale * 1e-12, expected[i].ResetAmount + scale * 1e-12);
        }
    }

    // Windows of six hours: as many blocks as show everything, and no more.
    private DiskStoreOptions Options(string directory) => new()
    {
        Directory = directory,
        Durability = Durability.Os,
        RetentionMetrics = Retention,
        RetentionMetrics5m = Retention5m,
        RetentionMetrics1h = Retention1h,
        MetricRetentionRules = Rules,
        BlockWindow = TimeSpan.FromHours(6),
        FlushInterval = TimeSpan.FromDays(1000),
    };

    public string[] Files(string pattern) => [.. System.IO.Directory.GetFiles(Path.Combine(Directory.Path, "blocks"), pattern).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        CloseAsync().Wait();
        Directory.Dispose();
    }

    // Of those the resets are not kept once their samples are dropped.
    private static bool IsNoCounter(in SampleRun run) => run.Resets * 20 > run.Count;

    private double Next(int series) => _last[series] = series switch
    {
        0 => _random.Next(400) == 0 ? 0 : _last[series] + _random.Next(50),
        1 => _random.Next(1000) / 100.0,
        2 => _random.NextDouble() - 0.5,
        3 => 7,
        4 => _random.Next(300) switch { 0 => SampleValues.StaleNaN, 1 => double.NaN, _ => 3 },
        _ => _last[series] + 0.25,
    };
}
