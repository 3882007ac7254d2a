using Bongsu.Response.Red;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Response.Triage;

/// <summary>Reads counters from the store into a call graph. Reads raw samples, not rates: the growth of every series is counted exactly once.</summary>
internal sealed class CallGraphReader(ITelemetryStore store)
{
    private const string EdgeCalls = "traces_service_graph_request_total";
    private const string EdgeFailed = "traces_service_graph_request_failed_total";
    private const string EdgeClientSeconds = "traces_service_graph_request_client_seconds_sum";
    private const string EdgeServerSeconds = "traces_service_graph_request_server_seconds_sum";
    private const string EdgeServerCalls = "traces_service_graph_request_server_seconds_count";

    // A counter derived from spans that does not change is repeated every minute: reading this much before the grid shows what it stood at.
    private const long LeadMs = 120_000;

    private static readonly LabelMatcher EdgeNames = new(MatchType.Regex, LabelNames.MetricName,
        string.Join('|', EdgeCalls, EdgeFailed, EdgeClientSeconds, EdgeServerSeconds, EdgeServerCalls));

    /// <summary>Adds every call between services in the grid's time.</summary>
    public async Task ReadEdgesAsync(CallGraph graph, CancellationToken cancellationToken)
    {
        var series = await ReadAsync(graph.Grid, [EdgeNames], labels => labels.Get("client"), cancellationToken).ConfigureAwait(false);
        var began = Beginnings(series);
        foreach (var one in series)
        {
            if (one.Labels.Get("server") is not { Length: > 0 } server || server == one.Owner)
                continue;
            if (!graph.Edges.TryGetValue((one.Owner, server), out var edge))
                graph.Edges[(one.Owner, server)] = edge = new CallEdge(one.Owner, server, one.Labels.Get("connection_type") ?? "", graph.Grid.Count);
            AddToEdge(edge, graph.Grid, one, began[one.Owner]);
        }
    }

    /// <summary>Adds the requests that services served, each from its source.</summary>
    public async Task ReadNodesAsync(CallGraph graph, IReadOnlyDictionary<string, RedSource> sources, CancellationToken cancellationToken)
    {
        foreach (var group in sources.GroupBy(s => s.Value).OrderBy(g => g.Key.Rank))
            await ReadNodesAsync(graph, group.Key, [.. group.Select(s => s.Key)], cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadNodesAsync(CallGraph graph, RedSource source, IReadOnlyList<string> services, CancellationToken cancellationToken)
    {
        string[] names = source.NativeHistogram || !source.HasDuration ? [source.Metric] : [source.Metric, source.Dialect.DurationMetric + "_sum"];
        var matchers = new List<LabelMatcher>
        {
            new(MatchType.Regex, LabelNames.MetricName, string.Join('|', names)),
            new(MatchType.Regex, source.ServiceLabelName, PromText.AnyOf(services)),
        };
        for (var i = 0; i < source.ServiceLabel; i++)
            matchers.Add(new LabelMatcher(MatchType.Equal, source.Dialect.ServiceLabels[i], ""));
        if (source.Dialect.Requests is { } requests)
            matchers.Add(requests);
        var series = await ReadAsync(graph.Grid, matchers, labels => labels.Get(source.ServiceLabelName), cancellationToken).ConfigureAwait(false);
        var began = Beginnings(series);
        foreach (var one in series)
        {
            if (!graph.Nodes.TryGetValue(one.Owner, out var node))
                graph.Nodes[one.Owner] = node = new CallNode(one.Owner, source, graph.Grid.Count);
            AddToNode(node, graph.Grid, one, began[one.Owner]);
        }
    }

    private async Task<List<ReadSeries>> ReadAsync(BinGrid grid, IReadOnlyList<LabelMatcher> matchers, Func<LabelSet, string?> ownerOf, CancellationToken cancellationToken)
    {
        var fromMs = grid.FromMs - Math.Max(2 * grid.BinMs, LeadMs);
        using var selection = await store.Metrics.SelectAsync(new SeriesSelect(fromMs, grid.EndMs, matchers), cancellationToken).ConfigureAwait(false);
        var found = new List<ReadSeries>(selection.Count);
        using var reader = selection.OpenReader();
        var samples = new SampleColumns();
        for (var i = 0; i < selection.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var labels = selection.Labels(i);
            if (ownerOf(labels) is not { Length: > 0 } owner)
                continue;
            samples.Clear();
            reader.Read(i, samples);
            if (CounterSamples.Of(samples) is { TimesMs.Count: > 0 } counter)
                found.Add(new ReadSeries(labels.Get(LabelNames.MetricName)!, owner, labels, counter));
        }
        // Sums of doubles depend on their order: the same telemetry must give the same answer from any store.
        found.Sort(static (a, b) => a.Labels.Bytes.SequenceCompareTo(b.Labels.Bytes));
        return found;
    }

    /// <summary>When each owner's telemetry began within the time read, with one interval of tolerance for series that are sent in turn.</summary>
    private static Dictionary<string, long> Beginnings(List<ReadSeries> series)
    {
        var began = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var one in series)
        {
            var times = one.Samples.TimesMs;
            var first = times[0] + (times.Count > 1 ? times[1] - times[0] : 0);
            began[one.Owner] = Math.Min(first, began.GetValueOrDefault(one.Owner, long.MaxValue));
        }
        return began;
    }

    private static void AddToEdge(CallEdge edge, BinGrid grid, ReadSeries series, long beganMs)
    {
        var bins = series.Metric switch
        {
            EdgeCalls => edge.ClientView.Requests,
            EdgeFailed => edge.ClientView.Failed,
            EdgeClientSeconds => edge.ClientView.Seconds,
            EdgeServerSeconds => edge.ServerView.Seconds,
            _ => edge.ServerView.Requests,
        };
        CounterGrowth.Add(bins, grid, series.Samples.TimesMs, series.Samples.Counts, 1, beganMs);
    }

    private static void AddToNode(CallNode node, BinGrid grid, ReadSeries series, long beganMs)
    {
        var (source, samples) = (node.Source, series.Samples);
        AddTo(node.Total);
        if (series.Labels.Get(LabelNames.ServiceVersion) is { } version)
            AddTo(Part(node.Versions, version));
        if (series.Labels.Get(LabelNames.Instance) is { } instance)
            AddTo(Part(node.Instances, instance));

        void AddTo(Tally tally)
        {
            if (series.Metric != source.Metric || source.NativeHistogram)
                CounterGrowth.Add(tally.Seconds, grid, samples.TimesMs, samples.Sums, source.Dialect.SecondsPerUnit, beganMs);
            if (series.Metric != source.Metric)
                return;
            CounterGrowth.Add(tally.Requests, grid, samples.TimesMs, samples.Counts, 1, beganMs);
            if (source.Dialect.IsFailed(series.Labels))
                CounterGrowth.Add(tally.Failed, grid, samples.TimesMs, samples.Counts, 1, beganMs);
        }

        Tally Part(SortedDictionary<string, Tally> parts, string value)
        {
            if (!parts.TryGetValue(value, out var part))
                parts[value] = part = new Tally(grid.Count);
            return part;
        }
    }
}
