using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.Tests.PromQL;

/// <summary>The loops that run once a sample or once a step allocate nothing once they are warm.</summary>
public sealed class SweepAllocationTests
{
    private const int Samples = 2_000;

    private static readonly TimeGrid Grid = new(0, 15_000, Samples);
    private static readonly LabelSet Labels = LabelSet.Of(("__name__", "requests_total"), ("service", "cart"));

    private readonly QueryContext _context = new("sum(rate(requests_total[5m]))", Grid, new PromQlOptions(), default);
    private readonly AggregateExpr _sum = (AggregateExpr)PromQlParser.Parse("sum(rate(requests_total[5m]))").Expr!;
    private readonly SampleColumns _columns = Counter();

    [Fact]
    public void Rate_sweep_allocates_nothing()
    {
        var call = (CallExpr)_sum.Inner;
        RangeFunction rate = new RateFunctions(_context, call, call.Arguments[0]).Extrapolated;
        var into = new StepSeries(Labels, new double[Grid.Count]);
        Assert.Equal(0, AllocatedBytes(() => RangeSweep.Run(_columns, Labels, Grid, new RangeSpec(300_000, 0, null), rate, _context, into, out _)));
        Assert.Equal(1, into.Values[^1], 9);
    }

    [Fact]
    public void Count_sweep_allocates_nothing()
    {
        var into = new StepSeries(Labels, new double[Grid.Count]);
        RangeFunction count = static (in RangeWindow window) => RangeResult.Of(window.Values.Length);
        Assert.Equal(0, AllocatedBytes(() => RangeSweep.Run(_columns, Labels, Grid, new RangeSpec(300_000, 0, null), count, _context, into, out _)));
        Assert.Equal(20, into.Values[^1]);
    }

    [Theory]
    [InlineData("rate")]
    [InlineData("increase")]
    [InlineData("irate")]
    [InlineData("sum_over_time")]
    [InlineData("max_over_time")]
    [InlineData("count_over_time")]
    [InlineData("changes")]
    public void Kernels_allocate_nothing(string function)
    {
        var kernel = RangeKernel.Find(function)!;
        var into = new double[Grid.Count];
        var windows = new WindowGrid(0, 15_000, Grid.Count, 3_600_000);
        Assert.Equal(0, AllocatedBytes(() => kernel.Run(_columns.TimesMs.Span, _columns.Values.Span, true, windows, into)));
        // With resets, and at an uneven pace.
        _columns.Values[700] = 3;
        _columns.TimesMs[300]++;
        Assert.Equal(0, AllocatedBytes(() => kernel.Run(_columns.TimesMs.Span, _columns.Values.Span, false, windows, into)));
    }

    [Theory]
    [InlineData("rate")]
    [InlineData("avg_over_time")]
    public void Folding_runs_allocates_nothing(string function)
    {
        var operation = new RangeOperation(static () => null!) { OfRuns = RunFunction.Find(function), IsPure = true };
        var windows = new WindowGrid(3_600_000, 15_000, 1_000, 3_600_000);
        var runs = new Column<SampleRun>();
        SampleRuns.Append(_columns.TimesMs.Span, _columns.Values.Span, _columns.TimesMs.Span, runs);
        var computation = new RunComputation(new RunPlan(operation.OfRuns!, windows, [], long.MinValue), operation, windows.Count);
        var into = new StepSeries(Labels, new double[windows.Count]);
        Assert.Equal(0, AllocatedBytes(() => computation.TryCompute(runs.Span, Labels, into, out _)));
        Assert.NotEqual(0, into.Values[^1]);
    }

    [Fact]
    public void Instant_kernel_allocates_nothing()
    {
        var into = new double[Grid.Count];
        Assert.Equal(0, AllocatedBytes(() => InstantKernel.Run(_columns.TimesMs.Span, _columns.Values.Span, new WindowGrid(0, 15_000, Grid.Count, 300_000), into)));
        Assert.Equal(15 * (Samples - 1), into[^1]);
    }

    [Theory]
    [InlineData("avg")]
    [InlineData("min")]
    [InlineData("count")]
    public void Folds_allocate_nothing_per_series(string operation)
    {
        var fold = GroupFold.Create(_sum with { Operator = operation }, Grid.Count, _context, null);
        var series = new StepSeries(Labels, Enumerable.Repeat(2.0, Grid.Count).ToArray());
        Assert.Equal(0, AllocatedBytes(() => fold.Add(series)));
    }

    [Fact]
    public void Group_of_a_known_series_allocates_nothing()
    {
        var groups = new GroupIndex(LabelProjection.Keeping(["service"]));
        Assert.Equal(0, AllocatedBytes(() => groups.Of(Labels)));
        Assert.Equal(1, groups.Count);
    }

    [Fact]
    public void Sum_of_series_allocates_nothing_per_series()
    {
        var fold = GroupFold.Create(_sum, Grid.Count, _context, null);
        var series = new StepSeries(Labels, Enumerable.Repeat(2.0, Grid.Count).ToArray());
        Assert.Equal(0, AllocatedBytes(() => fold.Add(series)));
        var total = new StepSeries(LabelSet.Empty, new double[Grid.Count]);
        fold.Finish(total);
        Assert.True(total.Values[0] >= 4);
    }

    private static long AllocatedBytes(Action action)
    {
        for (var i = 0; i < 3; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static SampleColumns Counter()
    {
        var columns = new SampleColumns();
        for (var i = 0; i < Samples; i++)
            columns.Add(i * 15_000L, i * 15);
        return columns;
    }
}
