using Bongsu.Response.Slos;

namespace Bongsu.Response.Tests.Slos;

public sealed class BurnTests
{
    // The SRE workbook's table 5-8, for a period of 30 days.
    [Theory]
    [InlineData(0, 14.4, 0.02)]
    [InlineData(1, 6, 0.05)]
    [InlineData(2, 3, 0.10)]
    [InlineData(3, 1, 0.10)]
    public void Workbook_factors_spend_the_workbook_budgets(int row, double factor, double budget)
    {
        var pair = BurnProfile.Workbook.Pairs[row];
        Assert.Equal(factor, pair.Factor);
        Assert.Equal(budget, pair.BudgetSpent(TimeSpan.FromDays(30)), 6);
        Assert.Equal(pair.Long.TotalMinutes / 12, pair.Short.TotalMinutes);
    }

    // At a total outage the long window crosses the factor after factor × budget of its length.
    [Theory]
    [InlineData(0.999, 0, 51.84)]
    [InlineData(0.99, 0, 518.4)]
    [InlineData(0.95, 0, 2592)]
    [InlineData(0.999, 1, 129.6)]
    [InlineData(0.90, 1, 12960)]
    public void A_total_outage_is_seen_when_the_arithmetic_says(double objective, int row, double expectedSeconds)
    {
        var pair = BurnProfile.Workbook.Pairs[row];
        var seconds = Enumerable.Range(1, 30_000).First(s => FiresAfter(pair, objective, s));
        Assert.InRange(seconds, expectedSeconds, expectedSeconds + 1.01);
    }

    [Fact]
    public void A_factor_that_no_outage_reaches_is_lowered_in_words()
    {
        var (pairs, warnings) = SloDecision.Reachable(BurnProfile.Workbook, 0.90);
        Assert.Equal(9, pairs[0].Factor, 9);
        Assert.Equal(6, pairs[1].Factor);
        Assert.Equal("The 1h/5m alert at 14.4× could never fire: 144 % of the requests would have to fail. It is lowered to 9×, that is 90 % failing.", Assert.Single(warnings));
        Assert.All(pairs, p => Assert.True(p.CanFire(0.90)));
    }

    [Fact]
    public void Without_telemetry_nothing_is_decided_unless_the_owner_said_so()
    {
        var measure = new SloMeasure(0, new Dictionary<TimeSpan, WindowCount?>(), null, null);
        bool? Firing(OnNoData onNoData) => SloDecision.Decide(Slo() with { OnNoData = onNoData }, BurnProfile.Workbook.Pairs, measure, _ => false).Of("page")!.Firing;
        Assert.Null(Firing(OnNoData.Freeze));
        Assert.True(Firing(OnNoData.Bad));
        Assert.False(Firing(OnNoData.Ignore));
    }

    [Fact]
    public void No_requests_are_no_missing_telemetry()
    {
        var zero = BurnProfile.Workbook.Pairs.SelectMany(p => new[] { p.Long, p.Short }).Distinct().ToDictionary(w => w, _ => (WindowCount?)new WindowCount(0, 0));
        Assert.False(SloDecision.Decide(Slo(), BurnProfile.Workbook.Pairs, new SloMeasure(0, zero, null, null), _ => false).Of("page")!.Firing);
    }

    // 2.5 % of 3 requests a second: every third short window has no failure at all.
    [Theory]
    [InlineData(0, false, false)] // not firing yet: both windows must burn
    [InlineData(0, true, true)] // nothing bad of 45 is no recovery
    [InlineData(1, true, true)]
    public void A_firing_alert_on_few_failures_ends_when_a_window_can_show_it(int badInShort, bool wasFiring, bool firing)
    {
        var pair = new BurnPair(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), 14.4, "page");
        var windows = new Dictionary<TimeSpan, WindowCount?> { [pair.Long] = new WindowCount(5, 180), [pair.Short] = new WindowCount(badInShort, 45) };
        var measure = new SloMeasure(0, windows, null, null);
        Assert.Equal(firing || badInShort > 0, SloDecision.Decide(Slo(), [pair], measure, _ => wasFiring).Pairs[0].Firing);
        windows[pair.Short] = new WindowCount(0, 450);
        Assert.False(SloDecision.Decide(Slo(), [pair], measure, _ => wasFiring).Pairs[0].Firing);
        windows[pair.Short] = new WindowCount(0, 45);
        windows[TimeSpan.FromSeconds(30)] = new WindowCount(0, 200);
        Assert.False(SloDecision.Decide(Slo(), [pair], measure, _ => wasFiring).Pairs[0].Firing);
    }

    [Theory]
    [InlineData(0, 2.0, 0.1353)]
    [InlineData(1, 2.0, 0.4060)]
    [InlineData(5, 0.0, 1)]
    [InlineData(3, 1000.0, 0)]
    public void The_head_of_a_poisson_distribution_is_known(double count, double mean, double expected) =>
        Assert.Equal(expected, PoissonGuard.HeadProbability(count, mean), 4);

    private static bool FiresAfter(BurnPair pair, double objective, int outageSeconds)
    {
        WindowCount Count(TimeSpan window) => new(Math.Min(outageSeconds, window.TotalSeconds), window.TotalSeconds);
        var windows = new Dictionary<TimeSpan, WindowCount?> { [pair.Long] = Count(pair.Long), [pair.Short] = Count(pair.Short) };
        return SloDecision.Decide(Slo() with { Objective = objective }, [pair], new SloMeasure(0, windows, null, null), _ => false).Pairs[0].Firing == true;
    }

    internal static SloSpec Slo() => new()
    {
        Id = "a.b",
        Service = "a",
        Name = "b",
        Objective = 0.999,
        Window = TimeSpan.FromDays(28),
        Sli = new Sli.Availability(),
        File = "slos/a.yaml",
        Line = 2,
    };
}
