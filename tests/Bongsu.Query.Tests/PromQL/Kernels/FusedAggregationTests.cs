using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

/// <summary>A whole query over kernels, parts and threads answers what the plain way answers, and the same for any number of threads.</summary>
public sealed class FusedAggregationTests
{
    private static readonly string[] Queries =
    [
        "sum(rate(x_total[5m]))",
        "sum by (le) (increase(x_total[7m]))",
        "avg by (le, route) (x_total)",
        "avg without (i) (rate(x_total[3m] offset 1m))",
        "max by (route) (max_over_time(x_total[20m]))",
        "min(min_over_time(x_total[1h]))",
        "count by (__name__) (x_total)",
        "sum by (__name__) (rate(x_total[5m]))",
        "count(last_over_time(x_total[2m]))",
        "group by (le) (rate(x_total[5m]))",
        "stddev by (le) (rate(x_total[5m]))",
        "quantile by (route) (0.9, x_total)",
        "sum(rate(x_total[5m] @ 1800))",
        "sum by (le) (sum_over_time(x_total[30m]))",
        "histogram_quantile(0.9, sum by (le) (rate(x_total[5m])))",
        "topk(3, rate(x_total[5m]))",
        "bottomk by (route) (2, x_total)",
        "rate(x_total[5m])",
        "sum by (le, route) (rate(x_total[5m])) / on (le) group_left sum by (le) (x_total)",
        "count(x_total @ end())",
        "max_over_time(sum(rate(x_total[5m]))[30m:1m])",
        "quantile_over_time(0.5, x_total[10m])",
        "absent_over_time(x_total[1m])",
    ];

    [Fact]
    public void Kernels_parts_and_threads_change_no_answer() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var random = new Random(seed);
            var store = Store(random);
            var query = Queries[random.Next(Queries.Length)];
            var step = random.Next(2) == 0 ? 60_000 : random.Next(5_000, 90_000);
            var plain = Ask(store, query, step, new PromQlOptions { UseKernels = false, MaxWorkers = 1 });
            var fused = Ask(store, query, step, new PromQlOptions { MaxWorkers = 1, ParallelWork = 0, SeriesPerRange = 2 });
            AssertAlike(plain, fused, 1e-9, $"seed {seed}: {query}");
            foreach (var workers in new[] { 2, 7 })
            {
                var spread = Ask(store, query, step, new PromQlOptions { MaxWorkers = workers, ParallelWork = 0, SeriesPerRange = 2 });
                AssertAlike(fused, spread, 0, $"seed {seed}, {workers} workers: {query}");
                Assert.Equal(fused.Warnings, spread.Warnings);
                Assert.Equal(fused.Infos, spread.Infos);
            }
            var runs = Ask(store, query, step, new PromQlOptions { RunStretch = TimeSpan.Zero, MaxWorkers = 2, ParallelWork = 0, SeriesPerRange = 2 });
            AssertAlike(fused, runs, 1e-9, $"seed {seed}, over runs: {query}");
            Assert.Equal(fused.Infos, runs.Infos);
            Assert.Equal(plain.Warnings, fused.Warnings);
            Assert.Equal(plain.Infos, fused.Infos);
            Assert.Equal(plain.Statistics!.TotalQueryableSamples, fused.Statistics!.TotalQueryableSamples);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public async Task One_worker_and_many_fail_alike()
    {
        var store = Store(new Random(5));
        foreach (var workers in new[] { 1, 4 })
        {
            var options = new PromQlOptions { MaxWorkers = workers, ParallelWork = 0, MaxSamples = 100 };
            var answer = await new PromQlEngine(store, options, new ManualTime()).RangeAsync("sum(rate(x_total[5m]))", 0, 3_000_000, 15_000, default);
            Assert.Contains("too many samples", answer.Failure!.Message, StringComparison.Ordinal);
        }
    }

    private static QueryAnswer<PromMatrix> Ask(MemoryStore store, string query, int step, PromQlOptions options)
    {
        var answer = new PromQlEngine(store, options, new ManualTime()).RangeAsync(query, 600_000, 3_600_000, step, default).AsTask().Result;
        Assert.True(answer.Failure is null, $"{query}: {answer.Failure}");
        return answer;
    }

    private static void AssertAlike(QueryAnswer<PromMatrix> a, QueryAnswer<PromMatrix> b, double within, string what)
    {
        Assert.Equal(a.Value!.Series.Select(s => s.Labels), b.Value!.Series.Select(s => s.Labels));
        foreach (var (x, y) in a.Value.Series.Zip(b.Value.Series))
        {
            Assert.Equal(x.Points.Select(p => p.TimestampMs), y.Points.Select(p => p.TimestampMs));
            foreach (var (p, q) in x.Points.Zip(y.Points))
            {
                Assert.True(p.Histogram is null == q.Histogram is null && (p.Histogram is null || p.Histogram.Count.Equals(q.Histogram!.Count)), what);
                Assert.True(p.Value.Equals(q.Value) || Math.Abs(p.Value - q.Value) <= within * Math.Abs(p.Value), $"{what}: {x.Labels} at {p.TimestampMs}: {p.Value:R} and {q.Value:R}");
            }
        }
    }

    private static MemoryStore Store(Random random)
    {
        var store = new MemoryStore();
        var batch = new MetricBatch();
        var histograms = random.Next(3) == 0;
        var isTame = random.Next(2) == 0;
        for (var i = 0; i < 25; i++)
        {
            var series = batch.AddSeries(LabelSet.Of(("__name__", "x_total"), ("le", $"{i % 4}"), ("route", $"/{i % 3}"), ("i", $"{i}")).Bytes);
            var at = random.Next(0, 200_000);
            for (var k = 0; k < 150; k++)
            {
                at += random.Next(20) == 0 ? random.Next(15_000, 400_000) : i % 2 == 0 ? 15_000 : random.Next(14_900, 15_100);
                if (random.Next(40) == 0)
                    batch.AddSample(series, at, SampleValues.StaleNaN);
                else if (histograms && i % 5 == 0 && (i % 2 == 0 || k % 50 == 7))
                    batch.Histograms.Add((series, at, Histogram(k)));
                else
                    batch.AddSample(series, at, !isTame && random.Next(200) == 0 ? double.NaN : random.Next(60) == 0 ? 0 : k * 3.5 + i);
            }
        }
        store.AppendAsync(batch, default).AsTask().Wait();
        return store;
    }

    private static NativeHistogram Histogram(int k) => new()
    {
        Schema = 0,
        Count = 3 + k,
        Sum = 10 + k,
        PositiveSpans = [new BucketSpan(0, 2)],
        PositiveBuckets = [1 + k, 2],
    };
}
