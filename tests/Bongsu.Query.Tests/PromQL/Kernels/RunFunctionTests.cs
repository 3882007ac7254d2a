using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

/// <summary>Windows folded from runs give what the plain functions give, and nothing that is less exact goes unnoticed.</summary>
public sealed class RunFunctionTests
{
    private static readonly RunFigures Sums = RunFunction.Find("avg_over_time")!.Figures;
    private static readonly RunFigures Resets = RunFunction.Find("rate")!.Figures;

    [Theory]
    [InlineData("rate")]
    [InlineData("increase")]
    [InlineData("delta")]
    [InlineData("sum_over_time")]
    [InlineData("avg_over_time")]
    [InlineData("min_over_time")]
    [InlineData("max_over_time")]
    [InlineData("count_over_time")]
    [InlineData("present_over_time")]
    [InlineData("last_over_time")]
    [InlineData("first_over_time")]
    [InlineData("resets")]
    public void Folded_windows_agree_with_plain_ones(string function)
    {
        var (exact, all) = (0, 0);
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var (times, values) = RandomSeries.Make(seed);
            var grid = RangeKernelTests.Grid(new Random(seed ^ 0x5bd1e995), out var rangeMs);
            var wanted = RangeKernelTests.Plain(function, times, values, grid, rangeMs, out _);
            var windows = new WindowGrid(grid.StartMs, grid.StepMs, grid.Count, rangeMs);
            var of = RunFunction.Find(function)!;
            var runs = Runs(times, values, windows, new Random(seed));
            var queue = new RunQueue();
            for (var step = 0; step < grid.Count; step++)
            {
                var (begin, end) = (windows.BeginMs(step), windows.EndMs(step));
                all++;
                if (!queue.TryFold(runs, begin, end, out var fold))
                {
                    Assert.True(SampleValues.IsStale(wanted.Values[step]), $"seed {seed}, step {step}: nothing");
                    continue;
                }
                Assert.Equal(times.Count(t => t > begin && t <= end), fold.Run.Count);
                if (fold.MayLose(of.Figures))
                    continue;
                exact++;
                var got = of.Of(fold, new RunWindow(begin, end, long.MinValue));
                Assert.True(RangeKernelTests.AreAlike(wanted.Values[step], got), $"seed {seed}, step {step}: plain {wanted.Values[step]:R}, runs {got:R}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
        Assert.True(exact > all / 5, $"{exact} of {all}");
    }

    [Fact]
    public void What_plain_sums_lose_is_noticed()
    {
        Assert.True(Fold(1e17, 3, -1e17).MayLose(Sums));
        Assert.True(Fold(1e308, 1e308).MayLose(Sums));
        Assert.True(Fold(1e12 + 0.1, 0.3, 1e-9, 2e-9, 1e-9).MayLose(Resets));
        Assert.True(Fold(0, 5, 2, 1e300, -1e300, -2e300, 1).MayLose(Resets));
        Assert.False(Fold(1e12, 3, 1e-3).MayLose(Sums));
        Assert.False(Fold(-2, 3, 5).MayLose(Sums));
        Assert.False(Fold(100, 3, 200, 7).MayLose(Resets));
    }

    // A store has runs shorter than the windows need them; here some end early at random.
    private static SampleRun[] Runs(long[] times, double[] values, WindowGrid windows, Random random)
    {
        var cuts = new SortedSet<long>();
        for (var step = 0; step < windows.Count; step++)
        {
            cuts.Add(windows.BeginMs(step));
            cuts.Add(windows.EndMs(step));
        }
        for (var i = 0; i < times.Length / 20; i++)
            cuts.Add(times[random.Next(times.Length)]);
        var runs = new Column<SampleRun>();
        SampleRuns.Append(times, values, [.. cuts], runs);
        return runs.Span.ToArray();
    }

    private static RunFold Fold(params double[] values)
    {
        var fold = RunFold.Of(SampleRun.Of(0, values[0]));
        for (var i = 1; i < values.Length; i++)
            fold = fold.Then(RunFold.Of(SampleRun.Of(i, values[i])));
        return fold;
    }
}
