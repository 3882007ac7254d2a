using Bongsu.Query.TraceQL;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>How much of the store a query reads, by count.</summary>
public sealed class SearchReachTests
{
    private const int Traces = 100_000;
    private const long EndNanos = Traces * CountingSpanStore.SecondNanos;

    [Theory]
    [InlineData("{ }", 20, 2, 20)]
    [InlineData("{ name = \"seventh\" }", 20, 15, 20)]
    [InlineData("{ name = \"seventh\" } | count() > 0", 20, 25, 32)]
    [InlineData("{ }", 100, 10, 100)]
    public async Task Search_stops_with_the_limit(string query, int limit, int batches, int traces)
    {
        var store = new CountingSpanStore(Traces);
        var found = (await EngineOf(store).FindAsync(query, 0, EndNanos, limit, 1, default)).Value!;
        Assert.Equal(limit, found.Traces.Count);
        Assert.Equal(found.Traces.OrderByDescending(t => t.StartUnixNano).Select(t => t.TraceId), found.Traces.Select(t => t.TraceId));
        Assert.Equal(Traces - 1, (int)(query == "{ }" ? found.Traces[0].TraceId.Low : Traces - 1));
        Assert.InRange(store.BatchesRead, 1, batches);
        Assert.InRange(store.TracesFetched, limit, traces);
    }

    [Fact]
    public async Task Most_recent_are_exact_whatever_order_the_store_keeps_and_read_little()
    {
        var store = new CountingSpanStore(Traces, isOrdered: false);
        var found = (await EngineOf(store).FindAsync("{ name = \"seventh\" } with (most_recent=true)", 0, EndNanos, 3, 1, default)).Value!;
        Assert.Equal([99_995, 99_988, 99_981], found.Traces.Select(t => (int)t.TraceId.Low));
        Assert.InRange(store.BatchesRead, 1, 50);
        var last = (await EngineOf(store).FindAsync("{ name = \"seventh\" } with (most_recent=true)", 0, 20 * CountingSpanStore.SecondNanos, 5, 1, default)).Value!;
        Assert.Equal([14, 7, 0], last.Traces.Select(t => (int)t.TraceId.Low));
    }

    [Theory]
    [InlineData("{ name = \"seventh\" } | rate()", 0)]
    [InlineData("{ name = \"seventh\" } | max_over_time(duration) by (name)", 0)]
    [InlineData("{ name = \"seventh\" } | count() > 0 | rate()", 1000 / 7 + 1)]
    [InlineData("{ name = \"seventh\" } | rate() by (rootName)", 1000 / 7 + 1)]
    public async Task Metrics_fetch_traces_only_for_what_hangs_on_them(string query, int traces)
    {
        var store = new CountingSpanStore(1000);
        var answer = await EngineOf(store).MetricsAsync(query, 0, 1000 * CountingSpanStore.SecondNanos, 1000 * CountingSpanStore.SecondNanos, default);
        Assert.Single(answer.Value!.Series);
        Assert.Equal(traces, store.TracesFetched);
        Assert.Equal(100, store.BatchesRead);
    }

    [Theory]
    [InlineData("{ } | rate() by (span:id, trace:id)", "more than 3 series")]
    [InlineData("{ } | compare({ })", "more than 3 series")]
    [InlineData("{ } | quantile_over_time(duration, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1)", "more than 10 points")]
    public async Task Limits_on_memory_are_named(string query, string message)
    {
        var limits = new TraceQlLimits { MaxSeries = 3, MaxPoints = 10 };
        var answer = await new TraceQlEngine(new CountingSpanStore(1000), new ManualTime(), limits).MetricsAsync(query, 0, EndNanos, EndNanos, default);
        Assert.Equal(QueryFailureKind.Execution, answer.Failure!.Kind);
        Assert.Contains(message, answer.Failure.Message);
    }

    private static TraceQlEngine EngineOf(CountingSpanStore store) => new(store, new ManualTime());
}
