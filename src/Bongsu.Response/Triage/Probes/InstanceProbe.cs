using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Triage.Probes;

/// <summary>Scope: whether one instance of the likeliest service carries the excess, out of proportion to its requests.</summary>
internal sealed class InstanceProbe : ITriageProbe
{
    // Two thirds of the excess on at most half of the requests.
    private const double MinPart = 0.67;
    private const double MaxTraffic = 0.5;

    public string Name => "instances";

    public ValueTask RunAsync(TriageFindings findings, CancellationToken cancellationToken)
    {
        var best = findings.Ranked().FirstOrDefault(c => c.Key.Peer is null);
        if (best is null || !findings.Graph.Nodes.TryGetValue(best.Key.Service, out var node) || node.Instances.Count < 2)
            return ValueTask.CompletedTask;
        var kind = findings.Localization.Slow.Contains(node.Service) ? TriageKind.Latency : findings.Kind;
        var whole = findings.Localizer.NodeShift(node.Service, kind);
        foreach (var (instance, tally) in node.Instances)
        {
            var requests = tally.TotalRequests(findings.Span.Affected);
            var excess = Tally.Sum(tally.Bad(kind), findings.Span.Affected) - (whole.Before * requests);
            if (whole.Excess <= 0 || excess < MinPart * whole.Excess || requests > MaxTraffic * whole.Requests
                || findings.Queries.Node(node, kind, (LabelNames.Instance, instance)) is not { } query)
                continue;
            findings.Evidence.Add(new EvidenceDraft("instance", query, kind == TriageKind.Errors ? "ratio" : "s",
                (_, after) => $"instance {instance} of {node.Service} has {TriageFindings.Percent(Math.Min(1, excess / whole.Excess))} of the excess with {TriageFindings.Percent(requests / whole.Requests)} of the requests; it is at {after}")
            {
                About = best,
                Share = Math.Min(1, excess / whole.Excess),
                Texts = new Dictionary<string, string> { ["service"] = node.Service, ["instance"] = instance },
                Numbers = new Dictionary<string, double> { ["traffic"] = requests / whole.Requests },
            });
        }
        return ValueTask.CompletedTask;
    }
}
