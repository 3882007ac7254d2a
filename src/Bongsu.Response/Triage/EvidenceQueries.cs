using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Triage;

/// <summary>The PromQL behind each kind of claim, over one window.</summary>
internal sealed class EvidenceQueries(CallGraph graph, long windowMs)
{
    private const string Calls = "traces_service_graph_request_total";
    private const string Failed = "traces_service_graph_request_failed_total";
    private const string ClientSeconds = "traces_service_graph_request_client_seconds_sum";

    private readonly string _window = PromText.Duration(windowMs);

    public long WindowMs => windowMs;

    /// <summary>Share of failed requests or mean duration of a service, or of one version or instance of it. Null when it cannot be told.</summary>
    public string? Node(CallNode node, TriageKind kind, params ReadOnlySpan<(string Label, string Value)> where)
    {
        var queries = new RedQueries(node.Source);
        var scope = new RedScope(node.Service) { Where = where.ToArray() };
        return kind == TriageKind.Errors ? queries.ErrorRatio(scope, windowMs) : queries.Mean(scope, windowMs);
    }

    public string? Node(string service, TriageKind kind) => graph.Nodes.TryGetValue(service, out var node) ? Node(node, kind) : null;

    public string Rate(CallNode node) => new RedQueries(node.Source).Rate(new RedScope(node.Service), windowMs);

    public string VersionRate(CallNode node, string version) =>
        new RedQueries(node.Source).Rate(new RedScope(node.Service) { Where = [(LabelNames.ServiceVersion, version)] }, windowMs);

    public string Call(CallEdge call, TriageKind kind)
    {
        var on = $"{{{PromText.Equal("client", call.Client)},{PromText.Equal("server", call.Server)}}}[{_window}]";
        return kind == TriageKind.Errors
            ? $"(sum(rate({Failed}{on})) or 0 * sum(rate({Calls}{on}))) / sum(rate({Calls}{on}))"
            : $"sum(rate({ClientSeconds}{on})) / sum(rate({Calls}{on}))";
    }

    /// <summary>What a service adds itself: failures per second, or seconds of a request, less those of its calls.</summary>
    public string? Own(CallNode node, TriageKind kind)
    {
        var queries = new RedQueries(node.Source);
        var scope = new RedScope(node.Service);
        var calls = string.Join('|', graph.CallsOf(node.Service).Where(c => !c.IsMessage).Select(c => c.Server));
        var on = calls.Length == 0 ? null : $"{{{PromText.Equal("client", node.Service)},connection_type!=\"messaging_system\"}}[{_window}]";
        if (kind == TriageKind.Errors)
        {
            return queries.Errors(scope, windowMs) is not { } errors ? null
                : on is null ? $"{errors} or vector(0)" : $"({errors} or vector(0)) - (sum(rate({Failed}{on})) or vector(0))";
        }
        if (queries.Busy(scope, windowMs) is not { } busy)
            return null;
        var rate = queries.Rate(scope, windowMs);
        return on is null ? $"{busy} / {rate}" : $"({busy} - (sum(rate({ClientSeconds}{on})) or vector(0))) / {rate}";
    }
}
