using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Query.Traces;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>Traces that no sound service sends: the operators end, in work that grows with the spans and not with their square.</summary>
public sealed class BrokenTraceTests
{
    private const long DayNanos = 86_400_000_000_000;

    private static readonly string[] Operators = [">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~"];

    // With so many spans, work that grows with the square would take minutes over all operators and shapes.
    [Theory]
    [InlineData("chain")]
    [InlineData("star")]
    [InlineData("circle")]
    [InlineData("duplicates")]
    [InlineData("self")]
    [InlineData("orphans")]
    public async Task Every_operator_ends_on_a_trace_of_any_shape(string shape)
    {
        const int Spans = 30_000;
        var store = new MemoryStore();
        await store.AppendAsync(Trace(shape, Spans), default);
        var engine = new TraceQlEngine(store, new ManualTime());
        foreach (var operation in Operators)
        {
            var found = await engine.FindAsync($"{{ .odd = true }} {operation} {{ }}", 0, DayNanos, 10, 1, default);
            Assert.Null(found.Failure);
            Assert.All(found.Value!.Traces, t => Assert.InRange(t.Spansets[0].Matched, 1, Spans));
        }
        Assert.Null((await engine.FindAsync("{ nestedSetLeft > 0 || span:childCount > 5 }", 0, DayNanos, 10, 1, default)).Failure);
    }

    [Theory]
    [InlineData("{ .odd = true } >> { }", 99_999)]
    [InlineData("{ .odd = true } << { }", 99_998)]
    [InlineData("{ .odd = true } > { .odd = true }", 0)]
    [InlineData("{ .odd = true } < { .odd = true }", 0)]
    [InlineData("{ nestedSetLeft > 0 }", 100_000)]
    [InlineData("{ span:childCount = 1 }", 99_999)]
    public async Task Chain_of_spans_is_followed_to_its_end(string query, int matched)
    {
        var store = new MemoryStore();
        await store.AppendAsync(Trace("chain", 100_000), default);
        var found = (await new TraceQlEngine(store, new ManualTime()).FindAsync(query, 0, DayNanos, 10, 1, default)).Value!;
        Assert.Equal(matched, found.Traces.Sum(t => t.Spansets[0].Matched));
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("star")]
    [InlineData("circle")]
    [InlineData("duplicates")]
    [InlineData("orphans")]
    public void Analysis_warnings_and_picking_end_on_a_trace_of_any_shape(string shape)
    {
        var trace = Trace(shape, 100_000);
        Assert.NotNull(TraceAnalyzer.Analyze(trace));
        var warnings = SpanWarnings.Find(trace, [.. Enumerable.Range(0, trace.Count)]);
        Assert.Equal(shape is "circle" or "duplicates", Enumerable.Range(0, trace.Count).Any(warnings.IsCut));
        var engine = new TraceQlEngine(new MemoryStore(), new ManualTime());
        Assert.All([int.MaxValue, 1_000], levels => Assert.Contains(true, engine.Pick("{ .odd = true }", trace, levels, levels).Value!));
    }

    [Fact]
    public async Task Negative_durations_count_as_none()
    {
        var batch = new SpanBatch();
        batch.Spans.Add(new Span { Resource = -1, Scope = -1, TraceId = new TraceId(1, 1), SpanId = new SpanId(1), StartUnixNano = 9_000_000_000, EndUnixNano = 4_000_000_000 });
        var store = new MemoryStore();
        await store.AppendAsync(batch, default);
        var engine = new TraceQlEngine(store, new ManualTime());
        Assert.Equal(0, Assert.Single((await engine.FindAsync("{ duration = 0s && traceDuration = 0s }", 0, DayNanos, 10, 1, default)).Value!.Traces).DurationNanos);
        var series = Assert.Single((await engine.MetricsAsync("{ } | quantile_over_time(duration, .5)", 0, 10_000_000_000, 10_000_000_000, default)).Value!.Series);
        Assert.Equal(0, series.Points[0].Value);
    }

    [Theory]
    [InlineData("{ } | by(name) | by(kind)")]
    [InlineData("{ } >> { } >> { }")]
    [InlineData("{ } | ({ } | count() > 0) | coalesce()")]
    public void A_query_may_be_ended_between_any_two_steps_of_one_trace(string query)
    {
        var pipeline = TraceQlParser.TryParse(query, new TraceQlLimits(), out _)!.Search!;
        var trace = Trace("chain", 10);
        var asked = 0;
        SpansetEvaluation.Run(pipeline, new TraceView(trace, [.. Enumerable.Range(0, 10)], () => asked++));
        Assert.True(asked >= 3, $"asked {asked} times");
        Assert.Throws<OperationCanceledException>(() => SpansetEvaluation.Run(pipeline, new TraceView(trace, [.. Enumerable.Range(0, 10)], () => throw new OperationCanceledException())));
    }

    private static SpanBatch Trace(string shape, int count)
    {
        var batch = new SpanBatch();
        for (var i = 1; i <= count; i++)
        {
            var (id, parent) = shape switch
            {
                "chain" => (i, i - 1),
                "star" => (i, i == 1 ? 0 : 1),
                "circle" => (i, i == 1 ? count : i - 1),
                "duplicates" => (1 + (i % 3), 1 + ((i + 1) % 3)),
                "self" => (i, i),
                _ => (i, count + i),
            };
            Add(batch, (ulong)id, (ulong)parent, i);
        }
        return batch;
    }

    private static void Add(SpanBatch batch, ulong id, ulong parent, int number)
    {
        var start = batch.Attributes.Count;
        batch.Attributes.Add(batch.Arena.Append("odd"), AttributeValue.OfBool(number % 2 == 1));
        batch.Spans.Add(new Span
        {
            Resource = -1,
            Scope = -1,
            TraceId = new TraceId(1, 1),
            SpanId = new SpanId(id),
            ParentSpanId = new SpanId(parent),
            StartUnixNano = 1_000_000_000 + number,
            EndUnixNano = 1_000_000_000 + 300_000 - number,
            Attributes = batch.Attributes.Since(start),
        });
    }
}
