using Bongsu.Response.Red;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Triage;

/// <summary>Tells a service that calls nobody from one whose calls are not in the telemetry.</summary>
internal sealed class CallKnowledge(ITelemetryStore store)
{
    /// <summary>Why the calls of a service are unknown; null when they are known, or known to be none.</summary>
    public async Task<string?> MissingAsync(CallGraph graph, string service, CancellationToken cancellationToken)
    {
        if (graph.CallsOf(service).Any())
            return null;
        if (!graph.Nodes.TryGetValue(service, out var node) || node.Source.Dialect.Kind != RedKind.Spans)
            return $"{service} sends no spans, so what it calls is unknown";
        var calls = new SeriesSelect(graph.Grid.FromMs, graph.Grid.EndMs,
        [
            new LabelMatcher(MatchType.Equal, LabelNames.MetricName, RedDialects.Spans.CounterMetric),
            new LabelMatcher(MatchType.Equal, LabelNames.ServiceName, service),
            new LabelMatcher(MatchType.Equal, "span_kind", "SPAN_KIND_CLIENT"),
        ]);
        using var found = await store.Metrics.SelectAsync(calls, cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? $"{service} calls others, but there are no service graph metrics that say whom" : null;
    }
}
