namespace Bongsu.Response.Triage.Probes;

/// <summary>More traffic: rules it out when requests come as before, says so as evidence against a defect when they do not.</summary>
internal sealed class TrafficProbe : ITriageProbe
{
    // Half as much again: services are sized with at least this much room.
    private const double Surge = 1.5;

    public string Name => "traffic";

    public ValueTask RunAsync(TriageFindings findings, CancellationToken cancellationToken)
    {
        var service = findings.Request.Service;
        var node = findings.Graph.Nodes[service];
        var requests = node.Total.Requests;
        var before = Robust.Median(requests.AsSpan(findings.Span.Healthy)) * 1000 / findings.Span.Grid.BinMs;
        var after = Robust.Median(requests.AsSpan(findings.Span.Affected)) * 1000 / findings.Span.Grid.BinMs;
        var numbers = new Dictionary<string, double> { ["before"] = before, ["after"] = after };
        var texts = new Dictionary<string, string> { ["service"] = service };
        if (after < Surge * before)
        {
            findings.RuledOut.Add(new Suspect(service, SuspectKind.External, 0, 0, $"more traffic: {service} gets {after:0.#} requests/s, {before:0.#} before", "trafficNormal", numbers, texts));
            return ValueTask.CompletedTask;
        }
        findings.Evidence.Add(new EvidenceDraft("traffic", findings.Queries.Rate(node), "/s",
            (was, isNow) => $"requests to {service} went from {was} to {isNow}: the load itself may be the cause")
        { Supports = false, Numbers = numbers, Texts = texts });
        return ValueTask.CompletedTask;
    }
}
