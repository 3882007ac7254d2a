namespace Bongsu.Response.Triage;

/// <summary>
/// Finds the time to explain: from the change for the worse up to now, or up to the recovery. After several incidents, the last one; its healthy time
/// is that between it and the one before.
/// </summary>
internal static class Onset
{
    // A stretch counts as recovered when it is long enough to have shown this many failures, were it still bad.
    private const double FailuresToMiss = 6;
    private const int MinStretch = 4;

    // More incidents than this in one look back are one long incident.
    private const int MaxIncidents = 8;

    public static TriageSpan? Find(TriageKind kind, Tally tally, BinGrid grid)
    {
        var from = 0;
        TriageSpan? found = null;
        for (var incident = 0; incident < MaxIncidents; incident++)
        {
            if (ChangePoint.Find(kind, tally.Slice(from..)) is not { } bin || (found is not null && !IsIncident(kind, tally, from, from + bin)))
                break;
            var onset = from + bin;
            var recovered = Recovered(kind, tally, from, onset);
            found = new TriageSpan(grid, from, onset, recovered?.From ?? grid.Count);
            if (recovered is null)
                break;
            from = recovered.Value.From;
        }
        return found;
    }

    /// <summary>
    /// The incident that an alert speaks of after the recovery from another: from the first bad request after it to now, if that is more than
    /// chance. Failures too few for a change point are enough for an alert over a long window.
    /// </summary>
    public static TriageSpan? SinceRecovery(TriageKind kind, Tally tally, TriageSpan recovered)
    {
        var bad = tally.Bad(kind);
        for (var bin = recovered.End + ChangePoint.MinBefore; kind == TriageKind.Errors && bin <= bad.Length - ChangePoint.MinAfter; bin++)
        {
            if (bad[bin] <= 0)
                continue;
            var span = new TriageSpan(recovered.Grid, recovered.End, bin, recovered.Grid.Count);
            return Gate.Decide(kind, tally, span, alerted: true).Passed ? span : null;
        }
        return null;
    }

    /// <summary>A second incident must pass the same test as the first does later, or noise after a recovery would hide the incident itself.</summary>
    private static bool IsIncident(TriageKind kind, Tally tally, int from, int onset)
    {
        var span = new TriageSpan(new BinGrid(0, 1, tally.Requests.Length), from, onset, tally.Requests.Length);
        return Gate.Decide(kind, tally, span).Passed;
    }

    /// <summary>The stretch after an onset in which the figure is back near its healthy value; null when there is none.</summary>
    private static (int From, int Length)? Recovered(TriageKind kind, Tally tally, int from, int onset)
    {
        var healthy = Level(kind, tally, from..Math.Max(from + 1, onset - 1));
        var worst = Worst(kind, tally, onset);
        var limit = healthy + (0.25 * (worst - healthy));
        for (var start = onset + ChangePoint.MinAfter; start <= tally.Requests.Length - MinStretch; start++)
        {
            var length = MinStretch;
            while (kind == TriageKind.Errors && start + length < tally.Requests.Length && worst * tally.TotalRequests(start..(start + length)) < FailuresToMiss)
                length++;
            var stretch = start..(start + length);
            var enough = kind == TriageKind.Latency ? tally.TotalRequests(stretch) > 0 : worst * tally.TotalRequests(stretch) >= FailuresToMiss;
            if (enough && Level(kind, tally, stretch) <= limit)
                return (start, length);
        }
        return null;
    }

    // The level right after the onset: what comes later may be recovery already.
    private static double Worst(TriageKind kind, Tally tally, int onset)
    {
        double worst = 0;
        for (var start = onset; start <= tally.Requests.Length - ChangePoint.MinAfter; start++)
            worst = Math.Max(worst, Level(kind, tally, start..Math.Min(tally.Requests.Length, start + MinStretch)));
        return worst;
    }

    private static double Level(TriageKind kind, Tally tally, Range bins)
    {
        var requests = tally.TotalRequests(bins);
        return requests > 0 ? Tally.Sum(tally.Bad(kind), bins) / requests : 0;
    }
}
