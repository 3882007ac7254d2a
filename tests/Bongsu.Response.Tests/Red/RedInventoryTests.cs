using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Red;

public sealed class RedInventoryTests
{
    private readonly MemoryStore _store = new();

    [Fact]
    public async Task The_best_source_wins_and_is_the_only_one()
    {
        Add("http_requests_total", ("service_name", "a"));
        Add("traces_spanmetrics_calls_total", ("service_name", "a"), ("span_kind", "SPAN_KIND_SERVER"));
        Add("http_server_request_duration_seconds_count", ("service_name", "a"));
        Add("http_requests_total", ("service_name", "b"));
        Add("traces_spanmetrics_calls_total", ("service_name", "b"), ("span_kind", "SPAN_KIND_CONSUMER"));
        Add("http_requests_total", ("job", "c"));
        Add("traces_spanmetrics_calls_total", ("service_name", "d"), ("span_kind", "SPAN_KIND_CLIENT"));
        var sources = RedInventory.Choose(await new RedInventory(_store).ScanAsync(0, 1_000_000, default));
        Assert.Equal(["a", "b", "c"], sources.Keys.Order());
        Assert.Equal("http.server.request.duration", sources["a"].Name);
        Assert.Equal("spans", sources["b"].Name);
        Assert.Equal(("legacy", "job"), (sources["c"].Name, sources["c"].ServiceLabelName));
    }

    [Fact]
    public async Task A_native_histogram_is_a_counter_too()
    {
        var batch = new MetricBatch();
        var series = batch.AddSeries(LabelSet.Of(("__name__", "http_server_request_duration_seconds"), ("service_name", "a")).Bytes);
        for (var i = 1; i <= 5; i++)
            batch.Histograms.Add((series, i * 15_000, new NativeHistogram { Count = i * 10, Sum = i, PositiveSpans = [new BucketSpan(0, 1)], PositiveBuckets = [i * 10] }));
        await _store.AppendAsync(batch, default);
        var found = Assert.Single(await new RedInventory(_store).ScanAsync(0, 1_000_000, default));
        Assert.True(found.Source.NativeHistogram);
        Assert.Equal((15_000, 75_000, 15_000), (found.FirstMs, found.LastMs, found.IntervalMs));
        Assert.Contains("histogram_count(rate(http_server_request_duration_seconds{", new RedQueries(found.Source).Rate(new RedScope("a"), 60_000));
    }

    [Fact]
    public async Task What_is_derived_from_spans_is_seen_when_it_grows()
    {
        var labels = LabelSet.Of(("__name__", "traces_spanmetrics_calls_total"), ("service_name", "a"), ("span_kind", "SPAN_KIND_SERVER"));
        _store.Add(labels, (10_000, 1), (20_000, 2), (30_000, 2), (40_000, 2));
        var found = Assert.Single(await new RedInventory(_store).ScanAsync(0, 1_000_000, default));
        Assert.Equal((20_000, 40_000), (found.LastSeenMs, found.LastMs));
    }

    private void Add(string metric, params (string, string)[] labels) => _store.Add(LabelSet.Of([("__name__", metric), .. labels]), (10_000, 1), (20_000, 2));
}
