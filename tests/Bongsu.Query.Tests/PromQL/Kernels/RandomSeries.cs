using Bongsu.Telemetry.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.PromQL.Kernels;

/// <summary>Series of every kind that kernels must not mistake for another, from a seed.</summary>
internal static class RandomSeries
{
    public static Arbitrary<int> Seeds { get; } = Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary();

    public static (long[] TimesMs, double[] Values) Make(int seed, bool withStale = false)
    {
        var random = new Random(seed);
        var count = random.Next(12) switch { 0 => 0, 1 => 1, 2 => 2, _ => random.Next(3, 400) };
        var times = Times(random, count);
        var values = Values(random, count);
        for (var i = 0; withStale && i < count; i++)
        {
            if (random.Next(25) == 0)
                values[i] = SampleValues.StaleNaN;
        }
        return (times, values);
    }

    private static long[] Times(Random random, int count)
    {
        var interval = random.Next(3) switch { 0 => 15_000L, 1 => 60_000L, _ => random.Next(1, 40_000) };
        var kind = random.Next(4);
        var at = (long)random.Next(-200_000, 1_000_000);
        var times = new long[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = at;
            at += kind switch
            {
                0 or 1 => interval,
                2 => interval + random.Next(50),
                _ => random.Next(10) == 0 ? interval * random.Next(2, 40) : interval,
            };
        }
        return times;
    }

    private static double[] Values(Random random, int count)
    {
        var kind = random.Next(8);
        var last = kind == 1 ? 0.0 : random.Next(0, 10_000);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            last = kind switch
            {
                0 or 1 => last + random.Next(20),
                2 => random.Next(15) == 0 ? random.Next(5) : last + random.NextDouble(),
                3 => random.Next(2) == 0 ? 0 : last + random.Next(1_000),
                4 => Math.Round(random.NextDouble() * 200 - 100, 2),
                5 => Odd(random),
                6 => random.Next(4) == 0 ? random.NextDouble() * Math.Pow(10, random.Next(-12, 12)) : 0,
                _ => 42,
            };
            values[i] = last;
        }
        return values;
    }

    private static double Odd(Random random) => random.Next(12) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => 1e300,
        5 => -1e300,
        6 => double.Epsilon,
        _ => random.Next(-3, 4),
    };
}
