using BenchmarkDotNet.Attributes;
using Bongsu.Storage;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Bench;

/// <summary>Three days of counters at 15 s as one window: folded from the samples, and from what the store has added up. An operation is one series.</summary>
[MemoryDiagnoser]
public class RunReadBenchmark
{
    private const int Series = 200;
    private const int Samples = 3 * 5760;
    private const long DayMs = 86_400_000;

    private readonly SampleColumns _samples = new();
    private readonly Column<SampleRun> _runs = new();
    private readonly long[] _cuts = new long[1];
    private DirectoryInfo _directory = null!;
    private DiskStore _store = null!;
    private ISeriesSelection _selection = null!;
    private ISeriesReader _reader = null!;

    /// <summary>Whether the store has rollups of the days.</summary>
    [Params(false, true)]
    public bool Rollups { get; set; }

    [GlobalSetup]
    public void Fill() => FillAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Close()
    {
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _directory.Delete(recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Series)]
    public int FoldSamples()
    {
        for (var series = 0; series < Series; series++)
        {
            _samples.Clear();
            _runs.Clear();
            _reader.Read(series, _samples);
            SampleRuns.Append(_samples.TimesMs.Span, _samples.Values.Span, _cuts, _runs);
        }
        return _runs.Count;
    }

    [Benchmark(OperationsPerInvoke = Series)]
    public int ReadRuns()
    {
        for (var series = 0; series < Series; series++)
        {
            _runs.Clear();
            _reader.TryReadRuns(series, _cuts, RunFigures.Resets, _runs);
        }
        return _runs.Count;
    }

    // The in-process toolchain does not wait for a setup.
    private async Task FillAsync()
    {
        _directory = Directory.CreateTempSubdirectory("bongsu-bench-");
        var options = new DiskStoreOptions
        {
            Directory = _directory.FullName,
            Durability = Durability.Os,
            RetentionMetrics = Rollups ? TimeSpan.FromDays(15) : TimeSpan.Zero,
            FlushInterval = TimeSpan.FromDays(1),
        };
        _store = await DiskStore.OpenAsync(options, TimeProvider.System, null, default);
        var start = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / DayMs - 5) * DayMs;
        var random = new Random(1);
        var values = new double[Series];
        for (var sample = 0; sample < Samples; sample++)
        {
            var batch = new MetricBatch();
            for (var series = 0; series < Series; series++)
            {
                values[series] += random.Next(50);
                batch.AddSample(batch.AddSeries(LabelSet.Of(("__name__", "requests_total"), ("i", $"{series}")).Bytes), start + sample * 15_000L, values[series]);
            }
            await _store.AppendAsync(batch, default);
        }
        _store.SealAll();
        for (var i = 0; i < 20; i++)
            _store.Maintain();
        _cuts[0] = start + DayMs + 20_000_000;
        _selection = await _store.SelectAsync(new SeriesSelect(start + 1_000_000, start + 3 * DayMs, []), default);
        _reader = _selection.OpenReader();
    }
}
