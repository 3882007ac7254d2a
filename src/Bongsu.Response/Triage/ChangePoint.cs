namespace Bongsu.Response.Triage;

/// <summary>Finds the bin at which a figure went up: the split of the time in two that explains it best.</summary>
internal static class ChangePoint
{
    /// <summary>Bins a side needs.</summary>
    public const int MinBefore = 4;
    public const int MinAfter = 2;

    /// <summary>The first bin of the worse time; null when the figure did not go up anywhere.</summary>
    public static int? Find(TriageKind kind, Tally tally) => kind == TriageKind.Errors ? Errors(tally) : Latency(tally);

    // Two Poisson rates against one: the split with the greatest likelihood ratio.
    private static int? Errors(Tally tally)
    {
        double failed = Tally.Sum(tally.Failed, ..), requests = Tally.Sum(tally.Requests, ..);
        if (failed <= 0 || requests <= 0)
            return null;
        double x0 = 0, n0 = 0, best = 0;
        int? at = null;
        for (var bin = 1; bin <= tally.Requests.Length - MinAfter; bin++)
        {
            x0 += tally.Failed[bin - 1];
            n0 += tally.Requests[bin - 1];
            double x1 = failed - x0, n1 = requests - n0;
            if (bin < MinBefore || n0 <= 0 || n1 <= 0 || x1 / n1 <= x0 / n0)
                continue;
            var gain = LogLikelihood(x0, n0) + LogLikelihood(x1, n1);
            if (at is null || gain > best)
                (at, best) = (bin, gain);
        }
        return at;
    }

    // Least absolute deviation from a median on each side. Bins without requests say nothing.
    private static int? Latency(Tally tally)
    {
        var bins = new List<int>();
        for (var i = 0; i < tally.Requests.Length; i++)
        {
            if (tally.Requests[i] > 0)
                bins.Add(i);
        }
        var values = bins.ConvertAll(i => tally.Seconds[i] / tally.Requests[i]).ToArray();
        var best = double.PositiveInfinity;
        int? at = null;
        for (var split = MinBefore; split <= values.Length - MinAfter; split++)
        {
            double before = Robust.Median(values.AsSpan(..split)), after = Robust.Median(values.AsSpan(split..));
            if (after <= before)
                continue;
            var cost = Distance(values.AsSpan(..split), before) + Distance(values.AsSpan(split..), after);
            if (cost < best)
                (at, best) = (bins[split], cost);
        }
        return at;
    }

    private static double LogLikelihood(double x, double n) => x > 0 ? x * Math.Log(x / n) : 0;

    private static double Distance(ReadOnlySpan<double> values, double from)
    {
        double sum = 0;
        foreach (var value in values)
            sum += Math.Abs(value - from);
        return sum;
    }
}
