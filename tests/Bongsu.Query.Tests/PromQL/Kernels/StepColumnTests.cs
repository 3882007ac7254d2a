using Bongsu.Query.PromQL;
using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

/// <summary>What runs four steps at once gives the bits of what runs one after the other.</summary>
public sealed class StepColumnTests
{
    private const int Steps = 37;

    [Fact]
    public void Monotonic_scans_agree() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var (times, values) = RandomSeries.Make(seed);
            Assert.Equal(SampleScan.IsMonotonicPlain(values), SampleScan.IsMonotonic(values));
            if (times.Length > 1)
                Assert.Equal(SampleScan.IsEvenPlain(times, 1, times[1] - times[0]), SampleScan.IsEven(times));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void One_entry_out_of_order_is_found_wherever_it_is()
    {
        for (var at = 1; at < 40; at++)
        {
            var values = Enumerable.Range(0, 40).Select(i => (double)i).ToArray();
            var times = Enumerable.Range(0, 40).Select(i => i * 15_000L).ToArray();
            Assert.True(SampleScan.IsMonotonic(values) && SampleScan.IsEven(times));
            values[at] = at - 1.5;
            times[at]++;
            Assert.False(SampleScan.IsMonotonic(values));
            Assert.False(SampleScan.IsEven(times));
            values[at] = double.NaN;
            Assert.False(SampleScan.IsMonotonic(values));
        }
    }

    [Fact]
    public void Sums_agree_with_compensated_sums_one_by_one() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var sums = new StepSums(Steps);
            var plain = new StepSums(Steps);
            foreach (var column in Columns(seed))
            {
                sums.Add(column);
                plain.AddPlain(column);
            }
            for (var i = 0; i < Steps; i++)
            {
                Assert.Equal(plain.Has(i), sums.Has(i));
                Assert.True(plain[i].Total.Equals(sums[i].Total), $"seed {seed}, step {i}: {plain[i].Total:R} and {sums[i].Total:R}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Overflow_is_seen_before_it_happens() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var sums = new StepSums(Steps);
            foreach (var column in Columns(seed))
            {
                var overflows = Enumerable.Range(0, Steps).Any(i => !SampleValues.IsStale(column[i]) && double.IsInfinity(sums[i].Raw + column[i]));
                Assert.Equal(overflows, sums.Overflows(column));
                sums.Add(column);
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Extremes_agree(bool least) =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var extremes = new StepExtremes(Steps, least);
            var plain = new StepExtremes(Steps, least);
            foreach (var column in Columns(seed))
            {
                extremes.Add(column);
                plain.AddPlain(column);
            }
            for (var i = 0; i < Steps; i++)
                Assert.True(extremes.Best[i].Equals(plain.Best[i]) && SampleValues.IsStale(extremes.Best[i]) == SampleValues.IsStale(plain.Best[i]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Counts_agree() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var counts = new long[Steps];
            var plain = new long[Steps];
            foreach (var column in Columns(seed))
            {
                StepCounts.Add(column, counts);
                StepCounts.AddPlain(column, plain);
            }
            Assert.Equal(plain, counts);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parts_of_a_mean_make_the_mean() =>
        Prop.ForAll(RandomSeries.Seeds, seed =>
        {
            var random = new Random(seed);
            KahanMean whole = default, first = default, second = default;
            for (var i = 0; i < 50; i++)
            {
                var value = random.Next(3) == 0 ? 1.5e308 : random.Next(100);
                whole.Add(value);
                if (i < 20)
                    first.Add(value);
                else
                    second.Add(value);
            }
            first.Add(second);
            Assert.Equal(whole.Count, first.Count);
            Assert.Equal(1, first.Mean / whole.Mean, 1e-12);
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<double[]> Columns(int seed)
    {
        var random = new Random(seed);
        for (var k = 0; k < 12; k++)
        {
            var column = new double[Steps];
            for (var i = 0; i < Steps; i++)
            {
                column[i] = random.Next(20) switch
                {
                    0 or 1 => SampleValues.StaleNaN,
                    2 => random.Next(10) == 0 ? double.NaN : 1,
                    3 => random.Next(10) == 0 ? double.PositiveInfinity : 1e16,
                    4 => random.Next(10) == 0 ? double.NegativeInfinity : -1e16,
                    5 => random.Next(10) == 0 ? double.MaxValue : 1e100,
                    6 => -1e100,
                    7 => double.Epsilon,
                    8 => -0.0,
                    _ => random.NextDouble() * 100 - 50,
                };
            }
            yield return column;
        }
    }
}
