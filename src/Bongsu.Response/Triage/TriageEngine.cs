using Bongsu.Query.PromQL;
using Bongsu.Response.Releases;
using Bongsu.Response.Triage.Probes;
using Bongsu.Telemetry;

namespace Bongsu.Response.Triage;

/// <summary>
/// Explains why a service's requests fail or are slow: finds the onset, checks that something is wrong at all, follows the excess down the calls,
/// asks the probes, and names one cause or says that it does not know. Deterministic, at most <see cref="Budget"/>. Thread-safe.
/// </summary>
public sealed class TriageEngine(ITelemetryStore store, PromQlEngine engine, ReleaseLog releases, TimeProvider time)
{
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    private readonly SliReader _sli = new(store);
    private readonly CallGraphReader _reader = new(store);
    private readonly CallKnowledge _knowledge = new(store);
    private readonly EvidenceRunner _evidence = new(engine);

    // In the order in which they run: later ones see what earlier ones added.
    private readonly IReadOnlyList<ITriageProbe> _probes =
    [
        new ReleaseProbe((from, to) => releases.Between(from, to)),
        new TrafficProbe(),
        new InstanceProbe(),
    ];

    public async Task<TriageReport> RunAsync(TriageRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var budget = new CancellationTokenSource(Budget, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        TriageReport report;
        try
        {
            report = await InvestigateAsync(request, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            report = TriageAnswer.DontKnow(request, null, "outOfTime", $"the telemetry could not be read within {Budget.TotalSeconds:0} s");
        }
        return report with { ElapsedMs = (long)time.GetElapsedTime(started).TotalMilliseconds };
    }

    private async Task<TriageReport> InvestigateAsync(TriageRequest request, CancellationToken cancellationToken)
    {
        var reading = await _sli.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        if (reading.Node is not { } sli || sli.Total.TotalRequests(..) <= 0)
            return TriageAnswer.DontKnow(request, null, "missingSignal", $"there are no request metrics of {request.Service} in this time");
        if (Unanswerable(request, sli) is { } missing)
            return TriageAnswer.DontKnow(request, null, "missingSignal", missing);
        if (reading.Grid.Count < ChangePoint.MinBefore + ChangePoint.MinAfter)
            return TriageAnswer.DontKnow(request, null, "noBaseline", $"{request.Service} has sent telemetry for too short a time to compare with: {reading.Grid.Count} intervals");
        if (Onset.Find(request.Kind, sli.Total, reading.Grid) is not { } span)
            return TriageAnswer.NoIncident(request, null, $"{request.Service} is no worse now than before");
        // Few failures lie far apart and look like a recovery; while an alert fires on them, it is none.
        if (request.Alerted && span.End < span.Grid.Count && !Gate.Decide(request.Kind, sli.Total, span).Passed)
            span = span with { End = span.Grid.Count };
        var isAnother = SpeaksOfAnother(request, sli, span);
        if (isAnother && Onset.SinceRecovery(request.Kind, sli.Total, span) is { } newer)
            (span, isAnother) = (newer, false);
        var gate = Gate.Decide(request.Kind, sli.Total, span, request.Alerted);
        if (gate.Passed && isAnother)
        {
            return TriageAnswer.DontKnow(request, null, "tooEarly",
                $"the last time {request.Service} was worse is over; what the alert speaks of does not show clearly yet");
        }
        return gate.Passed
            ? await ExplainAsync(request, reading, span, gate, cancellationToken).ConfigureAwait(false)
            : TriageAnswer.NoIncident(request, null, gate.Reason);
    }

    /// <summary>An alert that began long after the recovery from a true incident is of a new one. Few failures may look like a recovery between them.</summary>
    private static bool SpeaksOfAnother(TriageRequest request, CallNode sli, TriageSpan span) =>
        request.Alerted && span.End < span.Grid.Count && span.EndMs < request.FromMs - span.ToleranceMs && Gate.Decide(request.Kind, sli.Total, span).Passed;

    private static string? Unanswerable(TriageRequest request, CallNode sli) => request.Kind switch
    {
        TriageKind.Errors when !sli.Source.TellsErrors => $"{sli.Source.Metric} of {request.Service} does not tell failed requests from others",
        TriageKind.Latency when !sli.Source.HasDuration => $"{sli.Source.Metric} of {request.Service} has no durations",
        _ => null,
    };

    private async Task<TriageReport> ExplainAsync(TriageRequest request, SliReading reading, TriageSpan span, Gate gate, CancellationToken cancellationToken)
    {
        var blindSpots = new List<string>();
        var graph = new CallGraph(reading.Grid);
        await PartAsync("calls between services", blindSpots, () => _reader.ReadEdgesAsync(graph, cancellationToken)).ConfigureAwait(false);
        var wanted = Wanted(graph, reading, request.Service);
        await PartAsync("requests of the services", blindSpots, () => _reader.ReadNodesAsync(graph, wanted, cancellationToken)).ConfigureAwait(false);
        var localizer = new Localizer(graph, span);
        if (!localizer.NodeShift(request.Service, request.Kind).IsAnomalous)
        {
            // Its spans do not show what its own metric does (they are sampled, or lack the errors): the metric stands.
            graph.Nodes[request.Service] = reading.Node!;
            localizer = new Localizer(graph, span);
        }
        var windowMs = Math.Clamp(span.EndMs - span.OnsetMs, 4 * reading.Grid.BinMs, (long)request.Windows.Baseline.TotalMilliseconds);
        var findings = new TriageFindings(request, graph, span, localizer, localizer.Run(request.Kind, request.Service), new EvidenceQueries(graph, windowMs));
        findings.BlindSpots.AddRange(blindSpots);
        findings.Candidates.AddRange(Suspects.Of(findings));
        foreach (var probe in _probes)
            await PartAsync(probe.Name, findings.BlindSpots, () => probe.RunAsync(findings, cancellationToken).AsTask()).ConfigureAwait(false);
        string? unknown = null;
        await PartAsync("which calls are known", findings.BlindSpots,
            async () => unknown = await _knowledge.MissingAsync(graph, request.Service, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return await AnswerAsync(findings, gate, unknown, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TriageReport> AnswerAsync(TriageFindings findings, Gate gate, string? unknownCalls, CancellationToken cancellationToken)
    {
        var verdict = Verdict.Of(findings, unknownCalls);
        var evidence = new List<Evidence>();
        foreach (var draft in EvidenceList.Of(findings, verdict, gate))
            evidence.Add(await _evidence.RunAsync(draft, findings, cancellationToken).ConfigureAwait(false));
        return TriageAnswer.Of(findings, verdict, gate, evidence);
    }

    private static Dictionary<string, Red.RedSource> Wanted(CallGraph graph, SliReading reading, string service)
    {
        var wanted = graph.Reachable(service);
        wanted.UnionWith(graph.Callers(service));
        return reading.Sources.Where(s => wanted.Contains(s.Key)).ToDictionary(StringComparer.Ordinal);
    }

    // One part failing costs its part of the answer, not the answer.
    private static async Task PartAsync(string part, List<string> blindSpots, Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            blindSpots.Add($"{part}: not looked at, time ran out");
        }
        catch (Exception e)
        {
            blindSpots.Add($"{part}: not looked at, {e.Message}");
        }
    }
}
