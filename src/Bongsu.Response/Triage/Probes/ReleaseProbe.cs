using Bongsu.Response.Releases;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Triage.Probes;

/// <summary>
/// Bad deploy. A release is the cause when the new version is worse than the old one at the same time. When all instances switched at once there is
/// no such comparison: then only a release whose time falls together with the onset is named, and the answer says that time is all there is.
/// </summary>
internal sealed class ReleaseProbe(Func<long, long, IReadOnlyList<Release>> releasesBetween) : ITriageProbe
{
    public string Name => "releases";

    public ValueTask RunAsync(TriageFindings findings, CancellationToken cancellationToken)
    {
        var span = findings.Span;
        var from = span.OnsetMs - (long)findings.Request.Windows.ReleaseBefore.TotalMilliseconds;
        var near = releasesBetween(from, span.OnsetMs + span.ToleranceMs).Where(r => r.PreviousVersion is not null)
            .GroupBy(r => r.Service, StringComparer.Ordinal).Select(g => g.MaxBy(r => r.AtMs)!).OrderBy(r => r.Service, StringComparer.Ordinal).ToList();
        var proven = near.Select(r => (Release: r, Split: VersionSplit.Of(findings, r))).ToList();
        foreach (var (release, split) in proven.Where(p => p.Split is { IsWorse: true }).OrderByDescending(p => p.Split!.Excess).Take(1))
            Blame(findings, release, split!);
        foreach (var (release, split) in proven.Where(p => p.Split is not { IsWorse: true }))
            Weigh(findings, release, split);
        return ValueTask.CompletedTask;
    }

    private static void Blame(TriageFindings findings, Release release, VersionSplit split)
    {
        var localization = findings.Localization;
        var arriving = localization.Flow.GetValueOrDefault(release.Service);
        var whole = findings.Localizer.NodeShift(release.Service, split.Kind).Excess;
        if (arriving <= 0 || whole <= 0)
            return;
        // The new version causes what it and its calls do worse than the old one, so that part is no longer theirs.
        var part = Math.Min(1, split.Excess / whole);
        var below = localization.Downstream(release.Service);
        foreach (var other in findings.Candidates.Where(c => below.Contains(c.Key.Service)))
            other.Share *= 1 - part;
        findings.Candidates.RemoveAll(c => c.Key == new SuspectKey(SuspectKind.Service, release.Service) && c.Share < TriageWeights.ListedShare);
        var candidate = new Candidate(new SuspectKey(SuspectKind.Release, release.Service), part * arriving / localization.Excess)
        {
            Release = release,
            IsRelease = true,
            Signature = TriageWeights.VersionSplit,
            OnsetMs = Math.Max(release.AtMs, findings.Span.OnsetMs),
        };
        findings.Candidates.Add(candidate);
        var (fresh, old) = (findings.Value(split.New, split.Kind), findings.Value(split.Old, split.Kind));
        AddSplit(findings, candidate, release, split, "versionSplit", true,
            $"requests on the new version {release.Version} of {release.Service} are at {fresh}, at the same time those on {release.PreviousVersion} at {old}");
        AddRelease(findings, candidate, release, $"{release.Service} {release.Version} began {Ago(findings, release)}");
    }

    private static void Weigh(TriageFindings findings, Release release, VersionSplit? split)
    {
        var candidate = findings.Candidates.Find(c => c.Key.Service == release.Service && c.Key.Kind == SuspectKind.Service && c.Share >= TriageWeights.ListedShare);
        if (split is { IsAlike: true })
        {
            RuleOut(findings, release, "versionsAlike", $"the old version {release.PreviousVersion} is as bad at the same time",
                new() { ["new"] = split.New, ["old"] = split.Old });
            if (candidate is not null)
            {
                AddSplit(findings, candidate, release, split, "versionsAlike", false,
                    $"{release.Version} and {release.PreviousVersion} of {release.Service} are alike at the same time, so the release is not the cause");
            }
            return;
        }
        if (candidate is null)
        {
            RuleOut(findings, release, "notAnomalous", $"{release.Service} adds nothing to the excess itself", []);
            return;
        }
        candidate.Release = release;
        // A version that was announced but serves nothing cannot be the cause.
        candidate.IsRelease = Serves(findings, release) && Math.Abs(release.AtMs - findings.Span.OnsetMs) <= findings.Span.ToleranceMs;
        candidate.Signature += candidate.IsRelease ? TriageWeights.ReleaseAtOnset : TriageWeights.ReleaseNear;
        var proof = (candidate.IsRelease, split) switch
        {
            (_, not null) => "beside the old version it is too little yet to compare the two",
            (true, _) => "all requests moved to it at once, so time is the only evidence against it",
            _ => "that is only near in time, which proves little",
        };
        AddRelease(findings, candidate, release, $"{release.Service} {release.Version} began {Ago(findings, release)}; {proof}");
    }

    private static void AddSplit(TriageFindings findings, Candidate candidate, Release release, VersionSplit split, string code, bool supports, string claim)
    {
        var node = findings.Graph.Nodes[release.Service];
        foreach (var version in new[] { release.Version, release.PreviousVersion! })
        {
            if (findings.Queries.Node(node, split.Kind, (LabelNames.ServiceVersion, version)) is not { } query)
                continue;
            findings.Evidence.Add(new EvidenceDraft(code, query, split.Kind == TriageKind.Errors ? "ratio" : "s",
                version == release.Version ? (_, _) => claim : (before, after) => $"{release.Service} {version} went from {before} to {after}")
            {
                About = candidate,
                Supports = supports,
                Numbers = new Dictionary<string, double> { ["new"] = split.New, ["old"] = split.Old, ["z"] = split.Z },
                Texts = new Dictionary<string, string> { ["service"] = release.Service, ["version"] = version, ["newVersion"] = release.Version, ["oldVersion"] = release.PreviousVersion! },
            });
        }
    }

    private static void AddRelease(TriageFindings findings, Candidate candidate, Release release, string claim)
    {
        var node = findings.Graph.Nodes[release.Service];
        var query = Serves(findings, release) ? findings.Queries.VersionRate(node, release.Version) : findings.Queries.Rate(node);
        findings.Evidence.Add(new EvidenceDraft("release", query, "/s", (_, _) => claim)
        {
            About = candidate,
            Numbers = new Dictionary<string, double> { ["atMs"] = release.AtMs, ["onsetMs"] = findings.Span.OnsetMs },
            Texts = new Dictionary<string, string> { ["id"] = release.Id, ["service"] = release.Service, ["version"] = release.Version, ["previousVersion"] = release.PreviousVersion! },
        });
    }

    private static bool Serves(TriageFindings findings, Release release) =>
        findings.Graph.Nodes[release.Service].Versions.TryGetValue(release.Version, out var version) && version.TotalRequests(findings.Span.Affected) > 0;

    private static void RuleOut(TriageFindings findings, Release release, string code, string why, Dictionary<string, double> numbers) =>
        findings.RuledOut.Add(new Suspect($"{release.Service} {release.Version}", SuspectKind.Release, 0, 0, why, code, numbers,
            new Dictionary<string, string> { ["service"] = release.Service, ["version"] = release.Version, ["release"] = release.Id }));

    private static string Ago(TriageFindings findings, Release release)
    {
        var seconds = (findings.Span.OnsetMs - release.AtMs) / 1000;
        return seconds >= 0 ? $"{seconds} s before the onset" : $"{-seconds} s after the first sign of it, within the precision of the data";
    }
}
