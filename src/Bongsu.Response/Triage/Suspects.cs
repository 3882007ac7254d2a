namespace Bongsu.Response.Triage;

/// <summary>Turns what each part adds itself into candidates, each with its own onset.</summary>
internal static class Suspects
{
    public static IEnumerable<Candidate> Of(TriageFindings findings)
    {
        var localization = findings.Localization;
        if (localization.Excess <= 0)
            yield break;
        // A peer that several services call is one suspect, named by the call that suffers most.
        var groups = localization.Own.Where(o => o.Value > 0)
            .GroupBy(o => o.Key.Kind == SuspectKind.External ? new SuspectKey(SuspectKind.External, "", o.Key.Peer) : o.Key);
        foreach (var group in groups)
        {
            var share = group.Sum(o => o.Value) / localization.Excess;
            var candidate = new Candidate(group.OrderByDescending(o => o.Value).ThenBy(o => o.Key).First().Key, share);
            if (share >= TriageWeights.ListedShare)
                Date(findings, candidate);
            yield return candidate;
        }
    }

    private static void Date(TriageFindings findings, Candidate candidate)
    {
        var key = candidate.Key;
        var kind = findings.Localization.Slow.Count > 0 && findings.Localizer.NodeShift(key.Service, TriageKind.Latency).IsAnomalous
            && !findings.Localizer.NodeShift(key.Service, findings.Kind).IsAnomalous ? TriageKind.Latency : findings.Kind;
        var tally = key.Peer is { } peer ? findings.Graph.Edges[(key.Service, peer)].ClientView : findings.Graph.Nodes.GetValueOrDefault(key.Service)?.Total;
        if (tally is null || ChangePoint.Find(kind, tally.Slice(findings.Span.HealthyFrom..findings.Span.End)) is not { } bin)
            return;
        candidate.OnsetMs = findings.Span.Grid.StartOf(findings.Span.HealthyFrom + bin);
        candidate.OnsetLate = candidate.OnsetMs > findings.Span.OnsetMs + findings.Span.ToleranceMs;
    }
}
