namespace Bongsu.Response.Triage;

/// <summary>Which candidate is named, or why none is.</summary>
internal sealed record Verdict(Candidate? Best, bool Named, double Confidence, IReadOnlyList<Candidate> Others, string ReasonCode, string Reason)
{
    public static Verdict Of(TriageFindings findings, string? unknownCalls)
    {
        var ranked = findings.Ranked().Where(c => c.Share >= TriageWeights.ListedShare).ToList();
        if (ranked.Count == 0)
            return new Verdict(null, false, 0, [], "weakShare", "no part explains the excess");
        var best = ranked[0];
        var rest = ranked.GetRange(1, ranked.Count - 1);
        var next = rest.Count > 0 ? rest.Max(c => c.Share) : 0;
        var margin = best.Share > 0 ? (best.Share - next) / best.Share : 0;
        var confidence = Math.Clamp(Math.Min(best.Share, 1) * margin, 0, 1);
        var (code, reason) = Doubt(best, next, margin, unknownCalls);
        return new Verdict(best, code is null, confidence, rest, code ?? "named",
            reason ?? $"{best.Object} explains {TriageFindings.Percent(Math.Min(1, best.Share))} of the excess, the next suspect {TriageFindings.Percent(Math.Min(1, next))}");
    }

    private static (string? Code, string? Reason) Doubt(Candidate best, double next, double margin, string? unknownCalls)
    {
        // A new version that is worse than the old one at the same time is proof without knowing its calls.
        var proven = best.IsRelease && best.Signature >= TriageWeights.VersionSplit;
        if (unknownCalls is not null && !proven)
            return ("missingSignal", unknownCalls);
        if (best.Share < TriageWeights.MinShare)
            return ("weakShare", $"the best suspect, {best.Object}, explains only {TriageFindings.Percent(best.Share)} of the excess");
        if (margin < TriageWeights.MinMargin)
            return ("ambiguous", $"{best.Object} explains {TriageFindings.Percent(best.Share)} and the next suspect {TriageFindings.Percent(next)}: too close to call");
        return best.OnsetLate ? ("onsetLate", $"{best.Object} went wrong only after the onset") : (null, null);
    }
}
