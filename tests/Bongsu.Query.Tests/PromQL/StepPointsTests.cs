using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.PromQL;

public sealed class StepPointsTests
{
    [Fact]
    public async Task Range_results_can_be_read_as_points_and_as_columns()
    {
        var store = new MemoryStore();
        var batch = new MetricBatch();
        var series = batch.AddSeries(LabelSet.Of(("__name__", "x")).Bytes);
        batch.AddSample(series, 100_000, 1);
        batch.AddSample(series, 120_000, SampleValues.StaleNaN);
        batch.Histograms.Add((series, 130_000, new NativeHistogram { Count = 7 }));
        batch.AddSample(series, 150_000, 5);
        await store.AppendAsync(batch, default);
        var answer = await new PromQlEngine(store, new PromQlOptions(), new ManualTime()).RangeAsync("x", 90_000, 160_000, 10_000, default);
        var points = Assert.IsType<StepPoints>(Assert.Single(answer.Value!.Series).Points);
        Assert.Equal([100_000, 110_000, 130_000, 140_000, 150_000, 160_000], points.Select(p => p.TimestampMs));
        Assert.Equal(points, Enumerable.Range(0, points.Count).Select(i => points[i]));
        Assert.Equal(7, points[2].Histogram!.Count);
        Assert.Equal((90_000, 10_000, 8), (points.StartMs, points.StepMs, points.Steps));
        Assert.Equal([false, true, true, false, false, false, true, true], points.Values.ToArray().Select(v => !SampleValues.IsStale(v)));
        Assert.True(points.HasHistograms && points.Histogram(4) is not null && points.Histogram(1) is null);
        Assert.Throws<ArgumentOutOfRangeException>(() => points[6]);
        Assert.Throws<ArgumentOutOfRangeException>(() => points[-1]);
    }

    [Fact]
    public async Task Range_vectors_can_be_read_as_points_and_as_columns()
    {
        var store = new MemoryStore();
        store.Add(LabelSet.Of(("__name__", "x")), (1_000, 1), (2_000, 2), (3_000, SampleValues.StaleNaN), (4_000, 4), (5_000, 5));
        var answer = await new PromQlEngine(store, new PromQlOptions(), new ManualTime()).InstantAsync("x[3s]", 4_000, default);
        var points = Assert.IsType<SamplePoints>(Assert.Single(Assert.IsType<PromMatrix>(answer.Value).Series).Points);
        Assert.Equal([new PromPoint(2_000, 2), new PromPoint(4_000, 4)], points);
        Assert.Equal(points, [points[0], points[1]]);
        Assert.Equal([2_000, 4_000], points.TimesMs.ToArray());
        Assert.Equal([2, 4], points.Values.ToArray());
        Assert.Equal(2, answer.Statistics!.TotalQueryableSamples);
    }
}
