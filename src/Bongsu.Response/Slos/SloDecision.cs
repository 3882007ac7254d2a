using System.Globalization;
using Bongsu.Response.Configuration;

namespace Bongsu.Response.Slos;

/// <summary>Decides from counts alone whether an objective burns its budget too fast. Pure.</summary>
internal static class SloDecision
{
    /// <summary>The share of failing requests that a factor is lowered to when even a total outage could not reach it.</summary>
    public const double ReachableRatio = 0.9;

    /// <summary>Recovery is believed when so good a short window would be rarer than this if the burn went on.</summary>
    public const double RecoveryChance = 0.05;

    /// <summary>The profile's pairs with unreachable factors lowered, and a sentence for each that was.</summary>
    public static (IReadOnlyList<BurnPair> Pairs, IReadOnlyList<string> Warnings) Reachable(BurnProfile profile, double objective)
    {
        var pairs = new List<BurnPair>();
        var warnings = new List<string>();
        foreach (var pair in profile.Pairs)
        {
            if (pair.CanFire(objective))
            {
                pairs.Add(pair);
                continue;
            }
            var lowered = pair with { Factor = ReachableRatio / (1 - objective) };
            pairs.Add(lowered);
            warnings.Add(string.Create(CultureInfo.InvariantCulture,
                $"The {DurationText.Format(pair.Long)}/{DurationText.Format(pair.Short)} alert at {pair.Factor:0.##}× could never fire: {pair.Factor * (1 - objective) * 100:0} % of the requests would have to fail. It is lowered to {lowered.Factor:0.##}×, that is {ReachableRatio * 100:0} % failing."));
        }
        return (pairs, warnings);
    }

    /// <param name="isFiring">Whether the alert of a severity fires already.</param>
    public static SloVerdict Decide(SloSpec slo, IReadOnlyList<BurnPair> pairs, SloMeasure measure, Func<string, bool> isFiring) =>
        new([.. pairs.Select(pair => Pair(slo, pair, measure, isFiring(pair.Severity)))]);

    private static PairVerdict Pair(SloSpec slo, BurnPair pair, SloMeasure measure, bool wasFiring)
    {
        var (longCount, shortCount) = (measure.In(pair.Long), measure.In(pair.Short));
        var burnLong = longCount?.Burn(slo.ErrorBudget);
        var burnShort = shortCount?.Burn(slo.ErrorBudget);
        bool? naive = burnLong is null || burnShort is null ? null : burnLong > pair.Factor && burnShort > pair.Factor;
        var guard = Guard(slo, pair, longCount);
        bool? firing = naive switch
        {
            null => slo.OnNoData switch { OnNoData.Bad => true, OnNoData.Ignore => false, _ => null },
            true => guard.Passed != false,
            false => wasFiring && burnLong > pair.Factor && guard.Passed != false && MayGoOn(slo, pair, measure),
        };
        return new PairVerdict(pair, longCount, burnLong, burnShort, naive, guard, firing);
    }

    /// <summary>
    /// Whether no shorter window shows that a burn is over: each has so few events that as few bad ones may well be chance while the long window's
    /// ratio goes on. Without this an alert on few failures would end and fire anew every few seconds.
    /// </summary>
    private static bool MayGoOn(SloSpec slo, BurnPair pair, SloMeasure measure)
    {
        var ratio = measure.In(pair.Long)!.Value.Ratio;
        foreach (var (window, counted) in measure.Windows)
        {
            if (window < pair.Long && counted is { } count && count.Burn(slo.ErrorBudget) <= pair.Factor
                && PoissonGuard.HeadProbability(Math.Floor(count.Bad), count.Total * ratio) <= RecoveryChance)
                return false;
        }
        return true;
    }

    private static GuardVerdict Guard(SloSpec slo, BurnPair pair, WindowCount? counted)
    {
        if (counted is not { } count)
            return new GuardVerdict(null, "No telemetry: nothing to judge.");
        var window = DurationText.Format(pair.Long);
        var seen = string.Create(CultureInfo.InvariantCulture, $"{count.Bad:0} bad of {count.Total:0} in {window}; the budget allows {count.Total * slo.ErrorBudget:0.##}");
        if (count.Total < slo.MinEvents)
            return new GuardVerdict(false, $"{seen}. Fewer events than min_events ({slo.MinEvents}).");
        if (!slo.PoissonGuard)
            return new GuardVerdict(null, $"{seen}. The guard is off.");
        if (PoissonGuard.Passes(count.Bad, count.Total, slo.ErrorBudget))
            return new GuardVerdict(true, $"{seen}: no chance event.");
        return new GuardVerdict(false, count.Bad <= count.Total * slo.ErrorBudget ? $"{seen}: within budget." : $"{seen}: may be chance.{LowTraffic(slo, pair, count)}");
    }

    /// <summary>How long a total outage would go unseen, when that is long because of too little traffic and not because of the factor.</summary>
    private static string LowTraffic(SloSpec slo, BurnPair pair, WindowCount count)
    {
        if (count.Total <= 0)
            return "";
        var untilEnough = pair.Long * (PoissonGuard.MinBadEvents / count.Total);
        var untilFactor = pair.Long * Math.Min(1, pair.Factor * slo.ErrorBudget);
        return untilEnough <= untilFactor || untilEnough < TimeSpan.FromMinutes(2) ? ""
            : string.Create(CultureInfo.InvariantCulture, $" Too little traffic: a total outage shows after about {untilEnough.TotalMinutes:0} min; a synthetic probe would show it sooner.");
    }
}
