using Bongsu.Response.Releases;

namespace Bongsu.Response.Triage.Probes;

/// <summary>The new version of a service against the old one, over the bins in which both served requests.</summary>
/// <param name="Excess">Failed requests or request-seconds that the new version has too many, over the whole affected time.</param>
/// <param name="IsAlike">The new version is no worse, or the old one is as bad as never before: with neither this nor the other, there is too little to tell.</param>
internal sealed record VersionSplit(TriageKind Kind, double Old, double New, double Excess, double Z, bool IsWorse, bool IsAlike)
{
    /// <summary>Null when the two did not run side by side long enough to tell.</summary>
    public static VersionSplit? Of(TriageFindings findings, Release release)
    {
        if (!findings.Graph.Nodes.TryGetValue(release.Service, out var node) || release.PreviousVersion is not { } previous
            || !node.Versions.TryGetValue(release.Version, out var fresh) || !node.Versions.TryGetValue(previous, out var old))
            return null;
        // A service that fails its callers by being slow is compared by its slowness.
        var kind = findings.Localization.Slow.Contains(release.Service) ? TriageKind.Latency : findings.Kind;
        var bins = Together(fresh, old, findings.Span);
        var (freshPart, oldPart) = (Pick(fresh, bins), Pick(old, bins));
        if (freshPart.TotalRequests(..) < TriageWeights.SplitMinRequests || oldPart.TotalRequests(..) < TriageWeights.SplitMinRequests)
            return null;
        var shift = Shift.Of(kind, oldPart, .., freshPart, ..);
        var worse = shift.Excess > 0 && (kind == TriageKind.Errors
            ? shift.Chance < TriageWeights.SplitErrorChance && shift.Excess >= TriageWeights.GateMinExcessFailures
            : shift.Z >= TriageWeights.SplitLatencyZ);
        var requests = fresh.TotalRequests(findings.Span.Affected);
        var alike = !worse && (shift.Excess <= 0 || Shift.Of(kind, node.Total, findings.Span.Healthy, old, findings.Span.Affected).IsAnomalous);
        return new VersionSplit(kind, shift.Before, shift.After, (shift.After - shift.Before) * requests, shift.Z, worse, alike);
    }

    private static List<int> Together(Tally fresh, Tally old, TriageSpan span)
    {
        var bins = new List<int>();
        for (var i = Math.Max(0, span.OnsetBin - 1); i < span.End; i++)
        {
            if (fresh.Requests[i] > 0 && old.Requests[i] > 0)
                bins.Add(i);
        }
        return bins;
    }

    private static Tally Pick(Tally from, List<int> bins)
    {
        var result = new Tally(bins.Count);
        for (var i = 0; i < bins.Count; i++)
        {
            result.Requests[i] = from.Requests[bins[i]];
            result.Failed[i] = from.Failed[bins[i]];
            result.Seconds[i] = from.Seconds[bins[i]];
        }
        return result;
    }
}
