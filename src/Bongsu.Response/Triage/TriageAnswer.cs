namespace Bongsu.Response.Triage;

/// <summary>Writes the report.</summary>
internal static class TriageAnswer
{
    private const int MaxRuledOut = 8;

    public static TriageReport DontKnow(TriageRequest request, long? onsetMs, string code, string reason) => Empty(request, onsetMs, TriageOutcome.DontKnow, code, reason);

    public static TriageReport NoIncident(TriageRequest request, long? onsetMs, string reason) => Empty(request, onsetMs, TriageOutcome.NoIncident, "noEvidence", reason);

    public static TriageReport Of(TriageFindings findings, Verdict verdict, Gate gate, IReadOnlyList<Evidence> evidence)
    {
        var hypothesis = verdict.Named ? Hypothesis(findings, verdict) : null;
        return new TriageReport(findings.Request.NowMs, 0, findings.Request.Service, findings.Kind, findings.Span.OnsetMs,
            verdict.Named ? TriageOutcome.Hypothesis : TriageOutcome.DontKnow, $"{gate.Reason}; {verdict.Reason}", verdict.ReasonCode, hypothesis,
            Path(findings, verdict), evidence, Alternatives(verdict), RuledOut(findings), Impact(findings, verdict), BlindSpots(findings, verdict));
    }

    private static TriageReport Empty(TriageRequest request, long? onsetMs, TriageOutcome outcome, string code, string reason) =>
        new(request.NowMs, 0, request.Service, request.Kind, onsetMs, outcome, reason, code, null, [], [], [], [], [], []);

    private static TriageHypothesis Hypothesis(TriageFindings findings, Verdict verdict)
    {
        var best = verdict.Best!;
        return new TriageHypothesis(best.Key.Service, best.Kind, best.Object, best.OnsetMs ?? findings.Span.OnsetMs, verdict.Confidence, Sentence(findings, best),
            best.IsRelease ? best.Release : null);
    }

    private static string Sentence(TriageFindings findings, Candidate best)
    {
        var share = TriageFindings.Percent(Math.Min(1, best.Share));
        var what = findings.Kind == TriageKind.Errors ? $"the failed requests of {findings.Request.Service}" : $"the extra time of {findings.Request.Service}";
        return best.Kind switch
        {
            SuspectKind.Release => $"Release {best.Release!.Version} of {best.Key.Service} causes {share} of {what}",
            SuspectKind.Edge => $"The way from {best.Key.Service} to {best.Key.Peer} causes {share} of {what}: the caller sees it and the callee does not",
            SuspectKind.External => $"Edge {best.Object} causes {share} of {what}; what happens inside {best.Key.Peer} is unknown",
            _ when findings.Localization.Slow.Contains(best.Key.Service) => $"{best.Key.Service} answers too slowly and so causes {share} of {what}",
            _ => $"{best.Key.Service} itself, not what it calls, causes {share} of {what}",
        };
    }

    private static List<TriagePathHop> Path(TriageFindings findings, Verdict verdict)
    {
        if (verdict.Best is not { } best)
            return [];
        var path = findings.Localization.PathTo(best.Key.Service).ToList();
        if (best.Key.Peer is { } peer)
            path.Add(new TriagePathHop(best.Key.Service, peer, Math.Min(1, best.Share)));
        return path;
    }

    private static List<Suspect> Alternatives(Verdict verdict)
    {
        var listed = verdict.Named || verdict.Best is null ? verdict.Others : [verdict.Best, .. verdict.Others];
        return [.. listed.Take(TriageWeights.MaxAlternatives).Select(c => new Suspect(c.Key.Peer is null ? c.Key.Service : c.Object, c.Kind, c.Score, c.Share,
            Why(c), WhyCode(c), new Dictionary<string, double> { ["share"] = c.Share }, new Dictionary<string, string> { ["object"] = c.Object }))];
    }

    private static string Why(Candidate candidate) => candidate.OnsetLate
        ? $"it went wrong only after the onset and explains {TriageFindings.Percent(candidate.Share)} of the excess"
        : $"it explains {TriageFindings.Percent(candidate.Share)} of the excess";

    private static string WhyCode(Candidate candidate) => candidate.OnsetLate ? "onsetLate" : "lowShare";

    private static List<Suspect> RuledOut(TriageFindings findings)
    {
        var blamed = findings.Candidates.Where(c => c.Share >= TriageWeights.ListedShare).Select(c => c.Key.Service).ToHashSet(StringComparer.Ordinal);
        var innocent = findings.Graph.Reachable(findings.Request.Service)
            .Where(s => !blamed.Contains(s) && findings.Graph.Nodes.ContainsKey(s) && !findings.Localizer.NodeShift(s, findings.Kind).IsAnomalous)
            .Select(service => (service, Shift: findings.Localizer.NodeShift(service, findings.Kind)))
            .Select(s => new Suspect(s.service, SuspectKind.Service, 0, 0, $"{s.service} is as before: {findings.Value(s.Shift.After, findings.Kind)}, {findings.Value(s.Shift.Before, findings.Kind)} before",
                "notAnomalous", new Dictionary<string, double> { ["before"] = s.Shift.Before, ["after"] = s.Shift.After }, new Dictionary<string, string> { ["service"] = s.service }));
        return [.. findings.RuledOut, .. innocent.Take(MaxRuledOut)];
    }

    /// <summary>Services that are off because of another one, loudest first.</summary>
    private static List<TriageImpact> Impact(TriageFindings findings, Verdict verdict)
    {
        var cause = verdict.Named ? verdict.Best!.Key.Service : null;
        return [.. findings.Graph.Nodes.Keys.Where(s => s != cause).Select(s => (Service: s, Shift: findings.Localizer.NodeShift(s, findings.Kind)))
            .Where(s => s.Shift.IsAnomalous).OrderByDescending(s => s.Shift.Excess).ThenBy(s => s.Service, StringComparer.Ordinal)
            .Select(s => new TriageImpact(s.Service, findings.Kind == TriageKind.Errors ? "errorRatio" : "latency",
                new Dictionary<string, double> { ["before"] = s.Shift.Before, ["after"] = s.Shift.After, ["excess"] = s.Shift.Excess, ["requests"] = s.Shift.Requests }))];
    }

    private static List<string> BlindSpots(TriageFindings findings, Verdict verdict)
    {
        var spots = new List<string>(findings.BlindSpots.Distinct(StringComparer.Ordinal));
        if (verdict.Best is { Key: { Kind: SuspectKind.External, Peer: { } peer } })
            spots.Add($"inside {peer}: it sends no telemetry of its own");
        var dark = findings.Graph.Reachable(findings.Request.Service)
            .Where(s => findings.Graph.Nodes.TryGetValue(s, out var node) && node.Source.Dialect.Kind != Red.RedKind.Spans && !findings.Graph.CallsOf(s).Any());
        spots.AddRange(dark.Select(s => $"calls of {s}: it sends no spans"));
        return spots;
    }
}
