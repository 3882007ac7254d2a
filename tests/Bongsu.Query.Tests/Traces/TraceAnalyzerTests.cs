using Bongsu.Query.Traces;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.Tests.Traces;

public sealed class TraceAnalyzerTests
{
    [Fact]
    public void No_spans_have_no_analysis() => Assert.Null(TraceAnalyzer.Analyze(new SpanBatch()));

    [Fact]
    public void Critical_path_walks_back_through_the_children_that_finished_last()
    {
        var batch = new SpanBatch();
        Add(batch, 1, 0, 0, 100);
        Add(batch, 2, 1, 10, 40);
        Add(batch, 3, 1, 20, 80);
        Add(batch, 4, 3, 30, 50);
        var path = TraceAnalyzer.Analyze(batch)!.CriticalPath.Select(s => ((int)s.SpanId.Value, s.FromNanos, s.ToNanos));
        // Span 2 still ran when span 3 began: nothing waited for it.
        Assert.Equal([(1, 0L, 20L), (3, 20L, 30L), (4, 30L, 50L), (3, 50L, 80L), (1, 80L, 100L)], path);
    }

    [Fact]
    public void Child_that_outlives_its_parent_is_clipped()
    {
        var batch = new SpanBatch();
        Add(batch, 1, 0, 0, 100);
        Add(batch, 2, 1, 60, 150);
        var path = TraceAnalyzer.Analyze(batch)!.CriticalPath.Select(s => ((int)s.SpanId.Value, s.FromNanos, s.ToNanos));
        Assert.Equal([(1, 0L, 60L), (2, 60L, 100L)], path);
    }

    [Fact]
    public void Self_time_counts_overlapping_children_once()
    {
        var batch = new SpanBatch();
        Add(batch, 1, 0, 0, 100);
        Add(batch, 2, 1, 10, 50);
        Add(batch, 3, 1, 30, 60);
        Assert.Equal(50, TraceAnalyzer.Analyze(batch)!.SelfNanos[new SpanId(1)]);
    }

    [Fact]
    public void Widest_wait_is_what_the_called_side_does_not_explain()
    {
        var batch = new SpanBatch();
        Add(batch, 1, 0, 0, 100);
        Add(batch, 2, 1, 0, 50, SpanKind.Client);
        Add(batch, 3, 2, 5, 45, SpanKind.Server);
        Add(batch, 4, 1, 50, 90, SpanKind.Client);
        var wait = TraceAnalyzer.Analyze(batch)!.WidestWait!;
        Assert.Equal((new SpanId(4), 40L), (wait.SpanId, wait.Nanos));
    }

    [Theory]
    [InlineData(9, "a parent that is not in the trace")]
    [InlineData(0, "2 roots")]
    public void Broken_trees_are_told(int parent, string problem)
    {
        var batch = new SpanBatch();
        Add(batch, 1, 0, 0, 100);
        Add(batch, 2, (ulong)parent, 10, 20);
        Assert.Contains(TraceAnalyzer.Analyze(batch)!.Problems, p => p.Contains(problem));
    }

    [Fact]
    public void Cycle_and_duplicate_ids_end_and_are_told()
    {
        var batch = new SpanBatch();
        Add(batch, 1, 2, 0, 100);
        Add(batch, 2, 1, 10, 20);
        Add(batch, 2, 1, 10, 20);
        var analysis = TraceAnalyzer.Analyze(batch)!;
        Assert.Equal(2, analysis.SpanCount);
        Assert.Contains(analysis.Problems, p => p.Contains("circle"));
        Assert.Contains(analysis.Problems, p => p.Contains("an id that another span has"));
    }

    [Fact]
    public void Chain_of_ten_thousand_spans_needs_no_deep_stack()
    {
        var batch = new SpanBatch();
        for (var i = 1; i <= 10_000; i++)
            Add(batch, (ulong)i, (ulong)(i - 1), i, 30_000 - i);
        Assert.Equal(19_999, TraceAnalyzer.Analyze(batch)!.CriticalPath.Count);
    }

    private static void Add(SpanBatch batch, ulong id, ulong parent, long start, long end, SpanKind kind = SpanKind.Internal) => batch.Spans.Add(new Span
    {
        Resource = -1,
        Scope = -1,
        TraceId = new TraceId(1, 1),
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Kind = kind,
        StartUnixNano = 1_000_000 + start,
        EndUnixNano = 1_000_000 + end,
    });
}
