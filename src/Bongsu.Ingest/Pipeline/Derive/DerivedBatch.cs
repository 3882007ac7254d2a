using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Writes derived totals as samples. Not thread-safe.</summary>
internal sealed class DerivedBatch
{
    // A series that does not change is repeated well within PromQL's look-back of five minutes, and ends some time after its last call.
    private static readonly TimeSpan s_repeat = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(15);

    // As often as a server is scraped by default: enough to lead from a bucket to a trace, and little beside the spans.
    private const long ExemplarIntervalMs = 15_000;

    private const long MaxExemplarAgeMs = 3_600_000;

    // The zero that precedes a new counter stands this much before its first value.
    private const long ZeroBeforeMs = 1_000;

    private static readonly byte[][] s_bounds = [.. DurationHistogram.Bounds.Select(bound => Encoding.UTF8.GetBytes(MetricNames.Number(bound)))];

    private static readonly Histogram s_latency = new("traces_spanmetrics_latency");
    private static readonly Histogram s_server = new("traces_service_graph_request_server_seconds");
    private static readonly Histogram s_client = new("traces_service_graph_request_client_seconds");

    private readonly LabelBuffer _labels = new();
    private readonly List<DerivedSeries> _ended = [];
    private TimeProvider _time = TimeProvider.System;
    private long _now;
    private long _nowMs;
    private bool _isNew;
    private bool _isEnd;

    public MetricBatch Batch { get; } = new();

    public void Begin(TimeProvider time)
    {
        _time = time;
        _now = time.GetTimestamp();
        _nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        Batch.Clear();
    }

    public void AddCalls(DerivedTable table)
    {
        Each(table, static (self, series) =>
        {
            self.Write("traces_spanmetrics_calls_total"u8, series.Calls);
            self.Write(s_latency, series.Server);
        });
        Metadata("traces_spanmetrics_calls_total", MetricType.Counter, "Spans of servers, clients, producers and consumers.", table);
        Metadata(s_latency.Name, MetricType.Histogram, "Duration of those spans.", table);
    }

    public void AddEdges(DerivedTable table)
    {
        Each(table, static (self, series) =>
        {
            self.Write("traces_service_graph_request_total"u8, series.Calls);
            self.Write("traces_service_graph_request_failed_total"u8, series.Failed);
            self.Write(s_server, series.Server);
            self.Write(s_client, series.Client);
        });
        Metadata("traces_service_graph_request_total", MetricType.Counter, "Calls between two services.", table);
        Metadata("traces_service_graph_request_failed_total", MetricType.Counter, "Failed calls between two services.", table);
        Metadata(s_server.Name, MetricType.Histogram, "Duration of calls as the called service saw it.", table);
        Metadata(s_client.Name, MetricType.Histogram, "Duration of calls as the calling service saw it.", table);
    }

    public void AddLogs(DerivedTable table)
    {
        Each(table, static (self, series) => self.Write("bongsu_log_records_total"u8, series.Calls));
        Metadata("bongsu_log_records_total", MetricType.Counter, "Log records by service, level and class of error.", table);
    }

    public void AddVolumes(DerivedTable table)
    {
        Each(table, static (self, series) =>
        {
            self.Write("bongsu_ingested_bytes_total"u8, series.Bytes);
            self.Write("bongsu_ingested_records_total"u8, series.Calls);
        });
        Metadata(VolumeTable.BytesMetric, MetricType.Counter, "Log records and spans that were let through, by service: bytes before compression.", table);
        Metadata(VolumeTable.RecordsMetric, MetricType.Counter, "Log records and spans that were let through, by service.", table);
    }

    private void Each(DerivedTable table, Action<DerivedBatch, DerivedSeries> write)
    {
        _ended.Clear();
        foreach (var series in table.All)
        {
            _isEnd = _time.GetElapsedTime(series.LastSeen, _now) > s_idle;
            if (!_isEnd && !series.IsChanged && _time.GetElapsedTime(series.LastWritten, _now) < s_repeat)
                continue;
            _isNew = !series.IsWritten;
            _labels.Clear();
            var labels = new LabelReader(series.Labels);
            while (labels.MoveNext())
                _labels.Add(labels.Name, labels.Value);
            write(this, series);
            series.IsChanged = false;
            series.IsWritten = true;
            series.LastWritten = _now;
            if (_isEnd)
                _ended.Add(series);
        }
        foreach (var series in _ended)
            table.Remove(series);
    }

    private void Write(Histogram names, DurationHistogram? histogram)
    {
        if (histogram is null)
            return;
        var first = Write(names.Bucket, histogram.AtMost(0), s_bounds[0]);
        for (var bound = 1; bound < s_bounds.Length; bound++)
            Write(names.Bucket, histogram.AtMost(bound), s_bounds[bound]);
        Write(names.Bucket, histogram.Count, "+Inf"u8);
        Span<SpanExemplar> exemplars = stackalloc SpanExemplar[DurationHistogram.MaxExemplars];
        histogram.TakeExemplars(_nowMs, ExemplarIntervalMs, exemplars);
        foreach (var exemplar in exemplars)
        {
            // The series of the buckets were added one after the other. A clock that is far off leads nowhere.
            if (exemplar.EndMs > _nowMs - MaxExemplarAgeMs && exemplar.EndMs <= _nowMs + ExemplarIntervalMs)
                Batch.Exemplars.Add((first + exemplar.Bucket, exemplar.ToExemplar()));
        }
        Write(names.Sum, histogram.SumSeconds);
        Write(names.Count, histogram.Count);
    }

    private int Write(ReadOnlySpan<byte> name, double value, ReadOnlySpan<byte> le = default)
    {
        var mark = _labels.Mark();
        _labels.Add("__name__"u8, name);
        if (!le.IsEmpty)
            _labels.Add("le"u8, le);
        _labels.Canonical(out var canonical);
        var id = Batch.AddSeries(canonical);
        _labels.Return(mark);
        if (_isNew)
            Batch.AddSample(id, _nowMs - ZeroBeforeMs, 0);
        Batch.AddSample(id, _nowMs, _isEnd ? SampleValues.StaleNaN : value);
        return id;
    }

    private void Metadata(string name, MetricType type, string help, DerivedTable table)
    {
        if (table.Count > 0)
            Batch.Metadata.Add(new MetricMetadata(name, type, type == MetricType.Histogram ? "seconds" : "", help));
    }

    private sealed record Histogram(string Name)
    {
        public byte[] Bucket { get; } = Encoding.UTF8.GetBytes(Name + "_bucket");
        public byte[] Sum { get; } = Encoding.UTF8.GetBytes(Name + "_sum");
        public byte[] Count { get; } = Encoding.UTF8.GetBytes(Name + "_count");
    }
}
