using BenchmarkDotNet.Attributes;
using Bongsu.Query.PromQL;
using Bongsu.Storage;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Bench;

/// <summary>
/// One evaluation of a rule over three days of counters at 15 s, sealed but for the last hour and a half: by samples and by runs. An operation is one series.
/// </summary>
[MemoryDiagnoser]
public class RunQueryBenchmark
{
    private const int Series = 200;
    private const long IntervalMs = 15_000;
    private const long SealedMs = 3 * 24 * 3_600_000L;
    private const long UnsealedMs = 90 * 60_000L;

    private DirectoryInfo _directory = null!;
    private DiskStore _store = null!;
    private PromQlEngine _samples = null!;
    private PromQlEngine _runs = null!;
    private long _endMs;

    [Params("[3d]", "[1d]", "[6h]", "[1h]")]
    public string Range { get; set; } = "[3d]";

    // Why: the toolchain in this process does not wait for a task.
    [GlobalSetup]
    public void Fill() => FillAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Close()
    {
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _directory.Delete(recursive: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Series)]
    public object? BySamples() => Evaluate(_samples);

    [Benchmark(OperationsPerInvoke = Series)]
    public object? ByRuns() => Evaluate(_runs);

    private PromQlEngine Engine(TimeSpan spanPerCut) =>
        new(_store, new PromQlOptions { RunStretch = spanPerCut, MaxWorkers = 1 }, TimeProvider.System);

    private object? Evaluate(PromQlEngine engine) =>
        engine.InstantAsync($"sum(rate(requests_total{Range}))", _endMs, default).AsTask().GetAwaiter().GetResult().Value;

    private async Task FillAsync()
    {
        _directory = Directory.CreateTempSubdirectory("bongsu-bench-");
        var options = new DiskStoreOptions { Directory = _directory.FullName, Durability = Durability.Os, RetentionMetrics = TimeSpan.Zero };
        _store = await DiskStore.OpenAsync(options, TimeProvider.System, null, default);
        _endMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / IntervalMs * IntervalMs;
        var values = new double[Series];
        var random = new Random(1);
        await AppendAsync(_endMs - UnsealedMs - SealedMs, _endMs - UnsealedMs, values, random);
        // Seals what is there.
        await _store.SnapshotAsync(default);
        await AppendAsync(_endMs - UnsealedMs, _endMs, values, random);
        _samples = Engine(TimeSpan.MaxValue);
        _runs = Engine(TimeSpan.Zero);
    }

    private async Task AppendAsync(long fromMs, long toMs, double[] values, Random random)
    {
        for (var time = fromMs; time < toMs; time += IntervalMs)
        {
            var batch = new MetricBatch();
            for (var series = 0; series < Series; series++)
            {
                values[series] += random.Next(50);
                batch.AddSample(batch.AddSeries(LabelSet.Of(("__name__", "requests_total"), ("i", $"{series}")).Bytes), time, values[series]);
            }
            await _store.AppendAsync(batch, default);
        }
    }
}
