using Bongsu.Query.TraceQL;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
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
    [InlineData("{ }", 100, 11, 100)]
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
        // All of the first slice match; no more than are wanted are kept.
        var engine = new TraceQlEngine(new CountingSpanStore(Traces, isOrdered: false), new ManualTime(), new TraceQlLimits { MaxResultSpans = 100 });
        var newest = (await engine.FindAsync("{ } with (most_recent=true)", 0, EndNanos, 5, 1, default)).Value!;
        Assert.Equal([99_999, 99_998, 99_997, 99_996, 99_995], newest.Traces.Select(t => (int)t.TraceId.Low));
        var last = (await EngineOf(store).FindAsync("{ name = \"seventh\" } with (most_recent=true)", 0, 20 * CountingSpanStore.SecondNanos, 5, 1, default)).Value!;
        Assert.Equal([14, 7, 0], last.Traces.Select(t => (int)t.TraceId.Low));
    }

    // One side of an operator brings up the traces: the rarer one, here errors of one trace in a hundred.
    [Theory]
    [InlineData("{ name = \"call\" } >> { status = error }", 10)]
    [InlineData("{ status = error } && { name = \"call\" }", 10)]
    [InlineData("{ name = \"call\" } &> ({ status = error } | count() = 1)", 10)]
    [InlineData("{ name = \"call\" } || { status = error }", 1000)]
    public async Task Rarer_side_of_an_operator_brings_up_the_traces(string query, int inspected)
    {
        var found = (await (await CallsAsync(1000)).FindAsync(query, 0, EndNanos, 1000, 1, default)).Value!;
        Assert.Equal(inspected, found.TracesInspected);
        Assert.Equal(query.Contains("||") ? 1000 : 10, found.Traces.Count);
    }

    // The error comes 10 s after its call: either lies within the range or both, and the trace is found.
    [Theory]
    [InlineData(0, 5, 1)]
    [InlineData(5, 15, 1)]
    [InlineData(0, 15, 1)]
    [InlineData(3, 8, 0)]
    [InlineData(15, 20, 0)]
    public async Task Trace_is_found_when_any_of_its_wanted_spans_starts_within_the_range(int fromSeconds, int toSeconds, int count)
    {
        var engine = await CallsAsync(1);
        foreach (var hint in new[] { "", " with (most_recent=true)" })
        {
            var found = await engine.FindAsync("{ name = \"call\" } >> { status = error }" + hint, fromSeconds * CountingSpanStore.SecondNanos, toSeconds * CountingSpanStore.SecondNanos, 10, 1, default);
            Assert.Equal(count, found.Value!.Traces.Count);
        }
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

    [Fact]
    public async Task Answer_of_too_many_spans_is_refused()
    {
        var engine = new TraceQlEngine(new CountingSpanStore(1000), new ManualTime(), new TraceQlLimits { MaxResultSpans = 50 });
        Assert.Equal(50, (await engine.FindAsync("{ }", 0, EndNanos, 50, 1, default)).Value!.Traces.Count);
        Assert.Contains("more than 50 spans", (await engine.FindAsync("{ }", 0, EndNanos, 51, 1, default)).Failure!.Message);
    }

    private static async Task<TraceQlEngine> CallsAsync(int traces)
    {
        var batch = new SpanBatch();
        for (var i = 0; i < traces; i++)
        {
            var start = (i + 1) * CountingSpanStore.SecondNanos;
            batch.Spans.Add(new Span { Resource = -1, Scope = -1, TraceId = new TraceId(1, (ulong)i), SpanId = new SpanId(1), Name = batch.Arena.Append("call"), StartUnixNano = start, EndUnixNano = start + 1 });
            batch.Spans.Add(new Span
            {
                Resource = -1,
                Scope = -1,
                TraceId = new TraceId(1, (ulong)i),
                SpanId = new SpanId(2),
                ParentSpanId = new SpanId(1),
                Status = i % 100 == 0 ? SpanStatus.Error : SpanStatus.Ok,
                StartUnixNano = start + 10 * CountingSpanStore.SecondNanos,
                EndUnixNano = start + 11 * CountingSpanStore.SecondNanos,
            });
        }
        var store = new MemoryStore();
        await store.AppendAsync(batch, default);
        return new TraceQlEngine(store, new ManualTime());
    }

    private static TraceQlEngine EngineOf(CountingSpanStore store) => new(store, new ManualTime());
}
