using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Evaluation;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

/// <summary>Every kernel gives what the plain function gives, window by window.</summary>
public sealed class RangeKernelTests
{
    private static readonly LabelSet Labels = LabelSet.Of(("__name__", "x_total"));

    [Theory]
    [InlineData("rate")]
    [InlineData("increase")]
    [InlineData("delta")]
    [InlineData("irate")]
    [InlineData("idelta")]
    [InlineData("sum_over_time")]
    [InlineData("avg_over_time")]
    [InlineData("min_over_time")]
    [InlineData("max_over_time")]
    [InlineData("count_over_time")]
    [InlineData("present_over_time")]
    [InlineData("last_over_time")]
    [InlineData("first_over_time")]
    [InlineData("resets")]
    [InlineData("changes")]
    public void Kernel_agrees_with_plain_windows(string function) =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var (times, values) = RandomSeries.Make(seed);
            var grid = Grid(new Random(seed ^ 0x5bd1e995), out var rangeMs);
            var wanted = Plain(function, times, values, grid, rangeMs, out var seen);
            var got = new double[grid.Count];
            var kernel = RangeKernel.Find(function)!;
            var windows = new WindowGrid(grid.StartMs, grid.StepMs, grid.Count, rangeMs);
            Assert.Equal(seen, kernel.Run(times, values, SampleScan.IsMonotonic(values), windows, got));
            // A kernel is used again: what is left in its buffers must not show.
            Assert.Equal(seen, kernel.Run(times, values, SampleScan.IsMonotonic(values), windows, got));
            for (var step = 0; step < grid.Count; step++)
                Assert.True(AreAlike(wanted.Values[step], got[step]), $"seed {seed}, step {step}: plain {wanted.Values[step]:R}, kernel {got[step]:R}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Instant_kernel_finds_the_newest_sample_of_each_lookback() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var (times, values) = RandomSeries.Make(seed, withStale: true);
            var grid = Grid(new Random(seed), out var lookback);
            var got = new double[grid.Count];
            InstantKernel.Run(times, values, new WindowGrid(grid.StartMs, grid.StepMs, grid.Count, lookback), got);
            for (var step = 0; step < grid.Count; step++)
            {
                var newest = Array.FindLastIndex(times, t => t <= grid.At(step) && t > grid.At(step) - lookback);
                var wanted = newest < 0 ? StepSeries.Absent : values[newest];
                Assert.Equal(BitConverter.DoubleToInt64Bits(wanted), BitConverter.DoubleToInt64Bits(got[step]));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Fact]
    public void Many_resets_in_wide_windows_are_added_up_once()
    {
        var times = new long[5_000];
        var values = new double[times.Length];
        for (var i = 0; i < times.Length; i++)
            (times[i], values[i]) = (i * 15_000L, i % 3 == 0 ? 0.1 : 7.3 * (i % 3));
        var grid = new TimeGrid(3_600_000, 60_000, 1_100);
        var wanted = Plain("increase", times, values, grid, 6 * 3_600_000, out _);
        var got = new double[grid.Count];
        RangeKernel.Find("increase")!.Run(times, values, false, new WindowGrid(grid.StartMs, grid.StepMs, grid.Count, 6 * 3_600_000), got);
        for (var step = 0; step < grid.Count; step++)
            Assert.True(AreAlike(wanted.Values[step], got[step]), $"step {step}");
    }

    [Fact]
    public void A_small_sum_after_large_numbers_is_exact()
    {
        var times = new long[1_000];
        var values = new double[times.Length];
        for (var i = 0; i < times.Length; i++)
            (times[i], values[i]) = (i * 1_000L, i < 500 ? 1e100 : 1e-40);
        var got = new double[900];
        RangeKernel.Find("sum_over_time")!.Run(times, values, false, new WindowGrid(99_000, 1_000, 900, 100_000), got);
        Assert.Equal(1e-38, got[^1], 1e-50);
    }

    internal static StepSeries Plain(string function, long[] times, double[] values, TimeGrid grid, long rangeMs, out long seen)
    {
        var query = $"{function}(x_total[1m])";
        var call = (CallExpr)PromQlParser.Parse(query).Expr!;
        var context = new QueryContext(query, grid, new PromQlOptions { UseKernels = false }, default);
        var columns = new SampleColumns();
        columns.TimesMs.Add(times);
        columns.Values.Add(values);
        var into = new StepSeries(Labels, new double[grid.Count]);
        into.Values.AsSpan().Fill(StepSeries.Absent);
        var operation = RangeFunctions.Open(new Evaluator(context, null!), call, grid);
        RangeSweep.Run(columns, Labels, grid, new RangeSpec(rangeMs, 0, null), operation.OpenFunction(), context, into, out seen);
        return into;
    }

    internal static TimeGrid Grid(Random random, out long rangeMs)
    {
        rangeMs = random.Next(3) switch { 0 => 300_000, 1 => 3_600_000, _ => random.Next(1, 2_000_000) };
        var step = random.Next(3) switch { 0 => 15_000L, 1 => 60_000L, _ => random.Next(1, 200_000) };
        var start = random.Next(2) == 0 ? random.Next(0, 100) * 15_000L : random.Next(-500_000, 3_000_000);
        return new TimeGrid(start, step, random.Next(1, 120));
    }

    internal static bool AreAlike(double a, double b)
    {
        if (SampleValues.IsStale(a) || SampleValues.IsStale(b))
            return SampleValues.IsStale(a) && SampleValues.IsStale(b);
        return a == b || (double.IsNaN(a) && double.IsNaN(b)) || Math.Abs(a - b) <= 1e-12 * Math.Max(Math.Abs(a), Math.Abs(b)) + 1e-300;
    }
}
