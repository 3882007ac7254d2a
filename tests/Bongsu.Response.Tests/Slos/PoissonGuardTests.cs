using Bongsu.Response.Slos;

namespace Bongsu.Response.Tests.Slos;

public sealed class PoissonGuardTests
{
    [Theory]
    [InlineData(3, 1, 0.0803014)]
    [InlineData(1, 0.01, 0.00995017)]
    [InlineData(5, 0.3, 1.579e-5)]
    [InlineData(20, 5, 3.452e-7)]
    public void Tail_is_the_Poisson_tail(double count, double mean, double expected) =>
        Assert.InRange(PoissonGuard.TailProbability(count, mean), expected * 0.999, expected * 1.001);

    [Fact]
    public void Tail_never_grows_with_the_count_and_stays_a_probability()
    {
        foreach (var mean in new[] { 0.001, 0.5, 7, 400, 99_000, 250_000, 1e8 })
        {
            var last = 1.0;
            for (var step = 0; step < 60; step++)
            {
                var tail = PoissonGuard.TailProbability(Math.Floor(mean + (step * Math.Sqrt(mean) / 5) + step), mean);
                Assert.InRange(tail, 0, last + 1e-12);
                last = tail;
            }
        }
    }

    // A healthy 99.9 % service at half its budget and 30 requests an hour, 30 days of minutes: the naive test pages, the guard does not.
    [Fact]
    public void Healthy_low_traffic_pages_naively_and_not_with_the_guard()
    {
        var (naive, guarded, _) = Simulate(requestsPerHour: 30, badRatio: 0.0005, minutes: 30 * 24 * 60, seed: 7);
        Assert.True(naive >= 3, $"naive paged {naive} times");
        Assert.Equal(0, guarded);
    }

    [Theory]
    [InlineData(30, 20)]
    [InlineData(300, 5)]
    public void A_total_outage_is_still_seen_soon(double requestsPerHour, int withinMinutes)
    {
        var (_, guarded, first) = Simulate(requestsPerHour, badRatio: 1, minutes: 60, seed: 11);
        Assert.True(guarded > 0);
        Assert.InRange(first, 1, withinMinutes);
    }

    private static (int Naive, int Guarded, int FirstGuardedMinute) Simulate(double requestsPerHour, double badRatio, int minutes, int seed)
    {
        var random = new Random(seed);
        var (bad, total) = (new double[minutes + 60], new double[minutes + 60]);
        var (naive, guarded, first, naiveOn, guardedOn) = (0, 0, 0, false, false);
        var pair = BurnProfile.Workbook.Pairs[0];
        for (var minute = 60; minute < minutes + 60; minute++)
        {
            total[minute] = Poisson(random, requestsPerHour / 60);
            for (var i = 0; i < total[minute]; i++)
                bad[minute] += random.NextDouble() < badRatio ? 1 : 0;
            var windows = new Dictionary<TimeSpan, WindowCount?> { [pair.Long] = Sum(60), [pair.Short] = Sum(5) };
            var verdict = SloDecision.Decide(BurnTests.Slo(), [pair], new SloMeasure(0, windows, null, null), _ => false).Pairs[0];
            naive += verdict.Naive == true && !naiveOn ? 1 : 0;
            guarded += verdict.Firing == true && !guardedOn ? 1 : 0;
            (naiveOn, guardedOn) = (verdict.Naive == true, verdict.Firing == true);
            if (guarded == 1 && first == 0)
                first = minute - 59;

            WindowCount Sum(int length) => new(bad[(minute - length + 1)..(minute + 1)].Sum(), total[(minute - length + 1)..(minute + 1)].Sum());
        }
        return (naive, guarded, first);
    }

    private static int Poisson(Random random, double mean)
    {
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }
        return count;
    }
}
