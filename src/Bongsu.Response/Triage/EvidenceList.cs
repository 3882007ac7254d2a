namespace Bongsu.Response.Triage;

/// <summary>The claims an answer makes, in the order in which a reader follows them: what is off, along which calls, where it stays, what is not it.</summary>
internal static class EvidenceList
{
    private const int MaxNormalCallees = 3;

    public static IEnumerable<EvidenceDraft> Of(TriageFindings findings, Verdict verdict, Gate gate)
    {
        if (Figure(findings, findings.Request.Service, findings.Kind, gate.Shift, null) is { } sli)
            yield return sli;
        if (verdict.Best is not { } best)
            yield break;
        var path = findings.Localization.PathTo(best.Key.Service).ToList();
        if (best.Key.Peer is { } peer)
            path.Add(new TriagePathHop(best.Key.Service, peer, best.Share));
        foreach (var hop in path)
            yield return Hop(findings, hop);
        foreach (var draft in OfService(findings, best))
            yield return draft;
        foreach (var draft in findings.Evidence.Where(e => e.About is null || e.About == best))
            yield return draft;
    }

    private static IEnumerable<EvidenceDraft> OfService(TriageFindings findings, Candidate best)
    {
        var service = best.Key.Service;
        var kind = findings.Localization.Slow.Contains(service) ? TriageKind.Latency : findings.Kind;
        if (best.Key.Peer is not null || !findings.Graph.Nodes.TryGetValue(service, out var node))
            yield break;
        if (service != findings.Request.Service && Figure(findings, service, kind, findings.Localizer.NodeShift(service, kind), best) is { } figure)
            yield return figure;
        if (findings.Queries.Own(node, kind) is { } own)
            yield return Own(findings, best, own, kind);
        var normal = findings.Graph.CallsOf(service).Where(c => !c.IsMessage && !findings.Localizer.CallShift(c, kind).IsAnomalous && c.ClientView.TotalRequests(findings.Span.Affected) > 0)
            .OrderByDescending(c => c.ClientView.TotalRequests(findings.Span.Affected)).Take(MaxNormalCallees);
        foreach (var call in normal)
            yield return Normal(findings, best, call, kind);
        if (best.OnsetMs is { } onset && findings.Queries.Node(node, kind) is { } query)
            yield return Onset(findings, best, query, kind, onset);
    }

    private static EvidenceDraft? Figure(TriageFindings findings, string service, TriageKind kind, Shift shift, Candidate? about)
    {
        if (findings.Queries.Node(service, kind) is not { } query)
            return null;
        return new EvidenceDraft(kind == TriageKind.Errors ? "errorRatio" : "latency", query, Unit(kind), (before, after) => kind == TriageKind.Errors
            ? $"{service} fails {after} of its requests, {before} before" : $"requests to {service} take {after} on average, {before} before")
        {
            About = about,
            Texts = Texts(("service", service)),
            Numbers = Numbers(shift),
        };
    }

    private static EvidenceDraft Hop(TriageFindings findings, TriagePathHop hop)
    {
        var call = findings.Graph.Edges[(hop.From, hop.To)];
        var shift = findings.Localizer.CallShift(call, findings.Kind);
        var kind = findings.Kind == TriageKind.Errors && !shift.IsAnomalous ? TriageKind.Latency : findings.Kind;
        return new EvidenceDraft("call", findings.Queries.Call(call, kind), Unit(kind), (before, after) => kind == TriageKind.Errors
            ? $"{after} of the calls of {hop.From} to {hop.To} fail, {before} before" : $"calls of {hop.From} to {hop.To} take {after} on average, {before} before")
        {
            Share = hop.Share,
            Texts = Texts(("from", hop.From), ("to", hop.To)),
            Numbers = Numbers(findings.Localizer.CallShift(call, kind)),
        };
    }

    private static EvidenceDraft Own(TriageFindings findings, Candidate best, string query, TriageKind kind)
    {
        var service = best.Key.Service;
        return new EvidenceDraft("ownExcess", query, kind == TriageKind.Errors ? "/s" : "s", (before, after) => kind == TriageKind.Errors
            ? $"{service} itself adds {after} failed requests, {before} before, after taking off its failed calls"
            : $"{service} itself takes {after} of each request, {before} before, after taking off its calls")
        {
            About = best,
            Share = Math.Min(1, best.Share),
            Texts = Texts(("service", service)),
            Numbers = new Dictionary<string, double> { ["share"] = best.Share, ["excess"] = findings.Localization.Excess },
        };
    }

    private static EvidenceDraft Normal(TriageFindings findings, Candidate best, CallEdge call, TriageKind kind) =>
        new("calleesNormal", findings.Queries.Call(call, kind), Unit(kind), (before, after) => kind == TriageKind.Errors
            ? $"its calls to {call.Server} are as before: {after} fail, {before} before" : $"its calls to {call.Server} are as before: {after} on average, {before} before")
        {
            About = best,
            Texts = Texts(("from", call.Client), ("to", call.Server)),
            Numbers = Numbers(findings.Localizer.CallShift(call, kind)),
        };

    private static EvidenceDraft Onset(TriageFindings findings, Candidate best, string query, TriageKind kind, long onsetMs)
    {
        var laterMs = onsetMs - findings.Span.OnsetMs;
        var when = Math.Abs(laterMs) <= findings.Span.ToleranceMs ? "at the same time as" : laterMs < 0 ? "before" : "after";
        return new EvidenceDraft("onset", query, Unit(kind), (_, _) => $"{best.Key.Service} went wrong {when} {findings.Request.Service}")
        {
            About = best,
            Supports = !best.OnsetLate,
            Texts = Texts(("service", best.Key.Service)),
            Numbers = new Dictionary<string, double> { ["onsetMs"] = onsetMs, ["sliOnsetMs"] = findings.Span.OnsetMs },
        };
    }

    private static string Unit(TriageKind kind) => kind == TriageKind.Errors ? "ratio" : "s";

    private static Dictionary<string, double> Numbers(Shift shift) => new()
    {
        ["requests"] = shift.Requests,
        ["excess"] = shift.Excess,
        ["z"] = double.IsFinite(shift.Z) ? shift.Z : 99,
    };

    private static Dictionary<string, string> Texts(params ReadOnlySpan<(string Name, string Value)> texts)
    {
        var result = new Dictionary<string, string>();
        foreach (var (name, value) in texts)
            result[name] = value;
        return result;
    }
}
