using System.Globalization;
using Bongsu.Query;
using Bongsu.Query.PromQL;
using Bongsu.Storage;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Server.Tests.PromQL;

/// <summary>A query over the store on disk, once it is warm, allocates for what it selects and answers, not for the steps and groups between.</summary>
public sealed class QueryAllocationTests : IAsyncLifetime
{
    private const int Instances = 5;
    private const int Routes = 40;
    private const int Steps = 361;
    private const long StepMs = 60_000;
    private const int Groups = Routes * 6;
    private const int Series = Instances * Groups;

    // Of a series where it was found; of a group its labels and objects; of an answer a column besides. New columns for the groups, or new buffers for the
    // blocks, are beyond that.
    private const int BytesPerSeries = 400;
    private const int BytesPerGroup = 1_000;
    private const int BytesPerAnswer = Steps * sizeof(double) + 1_000;

    private static readonly string[] Bounds = ["0.1", "0.5", "1", "5", "10", "+Inf"];

    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-allocation-").FullName;
    private readonly ManualTime _time = new();
    private DiskStore _store = null!;

    private long EndMs => _time.GetUtcNow().ToUnixTimeMilliseconds() / StepMs * StepMs;

    private long StartMs => EndMs - (Steps - 1) * StepMs;

    public async Task InitializeAsync()
    {
        _store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = _directory, Durability = Durability.Os }, _time, null, default);
        var batch = new MetricBatch();
        for (var instance = 0; instance < Instances; instance++)
        {
            for (var route = 0; route < Routes; route++)
                AddBuckets(batch, instance, route);
            Assert.Equal(0, (await _store.Metrics.AppendAsync(batch, default)).Rejected);
            batch.Clear();
        }
        // Seals all.
        await _store.Metrics.SnapshotAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Quantiles_by_many_groups_allocate_for_series_and_answers_alone()
    {
        var engine = new PromQlEngine(_store, new PromQlOptions { MaxWorkers = 1 }, TimeProvider.System);
        const string query = "histogram_quantile(0.99, sum by (le, route) (rate(duration_bucket[5m])))";
        Assert.Equal(Routes, Ask(engine, query).Series.Count);
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Ask(engine, query);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.InRange(least, 1, Series * BytesPerSeries + Groups * BytesPerGroup + Routes * BytesPerAnswer);
    }

    private PromMatrix Ask(PromQlEngine engine, string query)
    {
        var answer = engine.RangeAsync(query, StartMs, EndMs, StepMs, default);
        Assert.True(answer.IsCompleted, "with one worker all is done on the calling thread");
#pragma warning disable CA1849, xUnit1031 // It is completed.
        return answer.GetAwaiter().GetResult().Value!;
#pragma warning restore CA1849, xUnit1031
    }

    private void AddBuckets(MetricBatch batch, int instance, int route)
    {
        for (var bucket = 0; bucket < Bounds.Length; bucket++)
        {
            var labels = LabelSet.Of(("__name__", "duration_bucket"), ("instance", Number(instance)), ("le", Bounds[bucket]), ("route", Number(route)));
            var series = batch.AddSeries(labels.Bytes);
            for (var step = 0; step < Steps; step++)
                batch.AddSample(series, StartMs + step * StepMs, step * (bucket + 1) * (route + 1));
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
