using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>
/// Counts spans as Tempo's metrics generator does (traces_spanmetrics_*, traces_service_graph_*), so that its dashboards and Grafana's service graph
/// work. Totals live in memory and begin anew at a restart. Thread-safe.
/// </summary>
internal sealed class SpanMetrics
{
    private readonly object _lock = new();
    private readonly TimeProvider _time;
    private readonly IngestCounters _counters;
    private readonly DerivedTable _calls;
    private readonly DerivedTable _edges;
    private readonly ServiceGraph _graph;
    private readonly LabelBuffer _labels = new();
    private readonly ByteBuffer _name = new();
    private long _overflow;
    private long _overflowReported;

    public SpanMetrics(IngestOptions options, IngestCounters counters, TimeProvider time)
    {
        _time = time;
        _counters = counters;
        _calls = new DerivedTable(options.Limits.DerivedSeries);
        _edges = new DerivedTable(options.Limits.DerivedSeries);
        _graph = new ServiceGraph(_edges, options.Limits.PendingEdges, options.EdgeWait, time);
    }

    public void Observe(SpanBatch batch)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (IsLeftOut(batch.Spans[i]) || batch.Spans[i].Kind is SpanKind.Unspecified or SpanKind.Internal)
                    continue;
                var view = new SpanView(batch, i);
                Count(view);
                _graph.Observe(view);
            }
        }
    }

    /// <summary>Fills a batch with the present totals of what changed; the caller appends it.</summary>
    public void Collect(DerivedBatch into)
    {
        lock (_lock)
        {
            _graph.Expire();
            into.Begin(_time);
            into.AddCalls(_calls);
            into.AddEdges(_edges);
            var overflow = _overflow + _graph.Overflow;
            _counters.DerivedOverflow(overflow - _overflowReported);
            _overflowReported = overflow;
        }
    }

    private static bool IsLeftOut(in Telemetry.Spans.Span span) => span.IsDropped && !span.IsSampledOut;

    private void Count(in SpanView view)
    {
        var span = view.Span;
        _labels.Clear();
        _labels.Add("service_name"u8, view.Resource(ResourceKeys.ServiceName));
        _labels.Add("service_version"u8, view.Resource(ResourceKeys.ServiceVersion));
        _labels.Add("deployment_environment_name"u8, view.Resource(ResourceKeys.Environment));
        _labels.Add("instance"u8, view.Resource(ResourceKeys.ServiceInstanceId));
        _labels.Add("span_name"u8, SpanName(view));
        _labels.Add("span_kind"u8, Kind(span.Kind));
        _labels.Add("http_route"u8, view.Route);
        _labels.Add("http_request_method"u8, view.Method);
        _labels.Add("status_code"u8, view.IsError ? "STATUS_CODE_ERROR"u8 : span.Status == SpanStatus.Ok ? "STATUS_CODE_OK"u8 : "STATUS_CODE_UNSET"u8);
        _labels.Canonical(out var canonical);
        var series = _calls.Get(canonical);
        if (series is null)
        {
            _overflow++;
            return;
        }
        series.Calls++;
        // What is not stored is no example of anything.
        if (span.IsSampledOut)
            (series.Server ??= new DurationHistogram()).Add(span.DurationNanos);
        else
            (series.Server ??= new DurationHistogram()).Add(span);
        series.IsChanged = true;
        series.LastSeen = _time.GetTimestamp();
    }

    /// <summary>"METHOD route" where both are known: frameworks that put the URL into the name would make a series for each.</summary>
    private ReadOnlySpan<byte> SpanName(in SpanView view)
    {
        if (view.Route.IsEmpty || view.Method.IsEmpty)
            return view.Name;
        _name.Clear();
        _name.Append(view.Method);
        _name.Append((byte)' ');
        _name.Append(view.Route);
        return _name.Span;
    }

    private static ReadOnlySpan<byte> Kind(SpanKind kind) => kind switch
    {
        SpanKind.Server => "SPAN_KIND_SERVER"u8,
        SpanKind.Client => "SPAN_KIND_CLIENT"u8,
        SpanKind.Producer => "SPAN_KIND_PRODUCER"u8,
        _ => "SPAN_KIND_CONSUMER"u8,
    };
}
