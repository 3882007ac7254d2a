namespace Bongsu.Response.Slos;

/// <summary>Whether the statistical guard lets a burn count, in words; null when there is nothing to judge.</summary>
public sealed record GuardVerdict(bool? Passed, string Sentence);

/// <summary>What one pair of windows says.</summary>
/// <param name="Firing">Null when it cannot be told.</param>
/// <param name="Naive">Both windows burn faster than the factor, before the guard.</param>
public sealed record PairVerdict(BurnPair Pair, WindowCount? Long, double? BurnLong, double? BurnShort, bool? Naive, GuardVerdict Guard, bool? Firing);

/// <summary>What an objective's pairs say together.</summary>
public sealed record SloVerdict(IReadOnlyList<PairVerdict> Pairs)
{
    /// <summary>The pair that speaks for a severity: the first that fires, else the first that is unknown, else the first.</summary>
    public PairVerdict? Of(string severity)
    {
        var pairs = Pairs.Where(p => p.Pair.Severity == severity).ToList();
        return pairs.Find(p => p.Firing == true) ?? pairs.Find(p => p.Firing is null) ?? pairs.FirstOrDefault();
    }
}
