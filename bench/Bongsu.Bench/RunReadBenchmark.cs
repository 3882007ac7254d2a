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
    private const int Windows = 36;
    private const int WindowSamples = 480;
    private const long WindowMs = 7_200_000;

    private readonly SampleColumns _samples = new();
    private readonly Column<SampleRun> _runs = new();
    private readonly long[] _cuts = new long[1];
    private DirectoryInfo _directory = null!;
    private DiskStore _store = null!;
    private ISeriesSelection _selection = null!;
    private ISeriesReader _reader = null!;

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
        var options = new DiskStoreOptions { Directory = _directory.FullName, Durability = Durability.Os, RetentionMetrics = TimeSpan.Zero };
        _store = await DiskStore.OpenAsync(options, TimeProvider.System, null, default);
        var start = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / WindowMs - Windows - 2) * WindowMs;
        var random = new Random(1);
        var values = new double[Series];
        for (var sample = 0; sample < Windows * WindowSamples; sample++)
        {
            var batch = new MetricBatch();
            for (var series = 0; series < Series; series++)
            {
                values[series] += random.Next(50);
                batch.AddSample(batch.AddSeries(LabelSet.Of(("__name__", "requests_total"), ("i", $"{series}")).Bytes), start + sample * 15_000L, values[series]);
            }
            await _store.AppendAsync(batch, default);
        }
        await _store.SnapshotAsync(default);
        _cuts[0] = start + Windows * WindowMs / 2 + 1_000_000;
        _selection = await _store.SelectAsync(new SeriesSelect(start + 1_000_000, start + Windows * WindowMs, []), default);
        _reader = _selection.OpenReader();
    }
}
