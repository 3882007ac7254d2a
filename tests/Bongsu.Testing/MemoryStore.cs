using System.Runtime.CompilerServices;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Testing;

/// <summary>The simplest honest store: everything in memory, nothing clever. Tests of queries use it; the conformance suite holds it to the same promises.</summary>
public sealed class MemoryStore : ITelemetryStore, IMetricStore, ILogStore, ISpanStore
{
    private readonly object _lock = new();
    private readonly Dictionary<LabelSet, MemorySeries> _series = [];
    private readonly Dictionary<string, MetricMetadata> _metadata = [];
    private readonly List<(LabelSet Stream, long Time, LogBatch Batch)> _logs = [];
    private readonly List<SpanBatch> _spans = [];
    private readonly HashSet<(TraceId, SpanId, long Start)> _spanIds = [];
    private readonly HashSet<TraceId> _dropped = [];
    private long _samples;

    public StoreCapabilities Capabilities => new(Metrics: true, Logs: true, Spans: true, NativeHistograms: true, Exemplars: true, Deletion: true, Snapshots: false) { LogDeletion = true, SpanDeletion = true, TraceDrops = true };
    public IMetricStore Metrics => this;
    public ILogStore Logs => this;
    public ISpanStore Spans => this;

    public StoreStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new StoreStatus
                {
                    SeriesActive = _series.Count,
                    StreamsActive = _logs.Select(l => l.Stream).Distinct().Count(),
                    SamplesAppended = _samples,
                    LogRecordsAppended = _logs.Count,
                    SpansAppended = _spanIds.Count,
                    DiskBytes = 0,
                    DiskFreeBytes = long.MaxValue,
                    Problems = [],
                };
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Shorthand for tests: appends samples of one series.</summary>
    public void Add(LabelSet labels, params ReadOnlySpan<(long TimestampMs, double Value)> samples)
    {
        var batch = new MetricBatch();
        var series = batch.AddSeries(labels.Bytes);
        foreach (var (time, value) in samples)
            batch.AddSample(series, time, value);
        AppendAsync(batch, default).AsTask().Wait();
    }

    public ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var (accepted, histograms, exemplars) = (0, 0, 0);
            for (var i = 0; i < batch.SampleSeries.Count; i++)
            {
                var series = batch.SampleSeries[i];
                if (batch.IsDropped(series))
                    continue;
                var start = batch.SampleStartTimesMs.Count > 0 ? batch.SampleStartTimesMs[i] : 0;
                SeriesOf(batch, series).Samples[batch.SampleTimesMs[i]] = new MemorySample(batch.SampleValues[i], null, start);
                accepted++;
            }
            for (var i = 0; i < batch.Histograms.Count; i++)
            {
                var (series, time, value) = batch.Histograms[i];
                if (batch.IsDropped(series))
                    continue;
                var start = batch.HistogramStartTimesMs.Count > 0 ? batch.HistogramStartTimesMs[i] : 0;
                SeriesOf(batch, series).Samples[time] = new MemorySample(0, value, start);
                accepted++;
                histograms++;
            }
            foreach (var (series, exemplar) in batch.Exemplars)
            {
                if (batch.IsDropped(series))
                    continue;
                SeriesOf(batch, series).Exemplars.Add(exemplar);
                exemplars++;
            }
            foreach (var metadata in batch.Metadata)
                _metadata[metadata.Name] = metadata;
            _samples += accepted;
            return ValueTask.FromResult(AppendResult.All(accepted) with { AcceptedHistograms = histograms, AcceptedExemplars = exemplars });
        }
    }

    public ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult<ISeriesSelection>(new Selection(Matching(select)));
    }

    public ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            IReadOnlyList<string> names = [.. Matching(select).SelectMany(s => s.Labels.ToList()).Select(l => l.Name).Distinct().Order(StringComparer.Ordinal)];
            return ValueTask.FromResult(names);
        }
    }

    public ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            IReadOnlyList<string> values = [.. Matching(select).Select(s => s.Labels.Get(name)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
            return ValueTask.FromResult(values);
        }
    }

    public ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = new List<(LabelSet, IReadOnlyList<Exemplar>)>();
            foreach (var (labels, series) in _series)
            {
                var exemplars = series.Exemplars.Where(e => e.TimestampMs >= select.FromMs && e.TimestampMs <= select.ToMs).ToList();
                if (exemplars.Count > 0 && LabelMatcher.MatchesAll(select.Matchers, labels))
                    found.Add((labels, exemplars));
            }
            return ValueTask.FromResult<IReadOnlyList<(LabelSet, IReadOnlyList<Exemplar>)>>(found);
        }
    }

    public ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<MetricMetadata>>([.. _metadata.Values]);
    }

    public ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var pairs = _series.Keys.SelectMany(s => s.ToList()).CountBy(l => (l.Name, l.Value)).ToList();
            var times = _series.Values.SelectMany(s => s.Samples.Keys).DefaultIfEmpty().ToList();
            var byLabel = pairs.GroupBy(p => p.Key.Name).ToList();
            return ValueTask.FromResult(new MetricCardinality(
                _series.Count, pairs.Count, _series.Count, times.Min(), times.Max(),
                [.. pairs.Where(p => p.Key.Name == LabelNames.MetricName).OrderByDescending(p => p.Value).ThenBy(p => p.Key.Value, StringComparer.Ordinal).Take(top).Select(p => (p.Key.Value, (long)p.Value, 0L))],
                Largest(byLabel.Select(l => (l.Key, (long)l.Count())), top),
                Largest(byLabel.Select(l => (l.Key, l.Sum(p => (long)System.Text.Encoding.UTF8.GetByteCount(p.Key.Value)))), top),
                Largest(pairs.Select(p => ($"{p.Key.Name}={p.Key.Value}", (long)p.Value)), top)));
        }
    }

    public ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var (labels, series) in _series.ToList())
            {
                if (!LabelMatcher.MatchesAll(select.Matchers, labels))
                    continue;
                foreach (var time in series.Samples.Keys.Where(t => t >= select.FromMs && t <= select.ToMs).ToList())
                    series.Samples.Remove(time);
                series.Exemplars.RemoveAll(e => e.TimestampMs >= select.FromMs && e.TimestampMs <= select.ToMs);
                if (series.Samples.Count == 0)
                    _series.Remove(labels);
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask CleanTombstonesAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<string> SnapshotAsync(CancellationToken cancellationToken) => throw new NotSupportedException("a store in memory has no snapshots");

    public ValueTask<AppendResult> AppendAsync(LogBatch batch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var accepted = 0;
            foreach (ref var record in batch.Records.Mutable)
            {
                if (record.IsDropped)
                    continue;
                accepted++;
                var copy = new LogBatch();
                BatchCopy.Log(batch, record, copy);
                var stream = LabelSet.FromCanonical(batch.StreamLabels(record.Stream));
                var time = record.TimeUnixNano;
                record.IsDropped = _logs.Any(l => l.Time == time && l.Stream.Equals(stream) && l.Batch.BodyText(0) == copy.BodyText(0) && BesideBody(l.Batch) == BesideBody(copy));
                if (!record.IsDropped)
                    _logs.Add((stream, time, copy));
            }
            return ValueTask.FromResult(AppendResult.All(accepted));
        }
    }

    private static string BesideBody(LogBatch one)
    {
        var record = one.Records[0];
        var rows = Enumerable.Range(record.Attributes.Start, record.Attributes.Count);
        return string.Join('\n', rows.Select(row => $"{Convert.ToHexString(one.Attributes.Key(row))} {one.Attributes.Values[row].Kind} {one.Attributes.Text(row)}").Append($"{record.TraceId} {record.SpanId}"));
    }

    public async IAsyncEnumerable<LogBatch> SelectAsync(LogSelect select, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var result = new LogBatch();
        lock (_lock)
        {
            var rows = Matching(select);
            foreach (var row in select.NewestFirst ? rows.OrderByDescending(r => r.Time) : rows.OrderBy(r => r.Time))
                BatchCopy.Log(row.Batch, row.Batch.Records[0], result);
        }
        if (result.Count > 0)
            yield return result;
    }

    public ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(LogSelect select, CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<LabelSet>>([.. Matching(select).Select(l => l.Stream).Distinct()]);
    }

    public ValueTask DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _logs.RemoveAll(l => l.Time >= deletion.FromNanos && l.Time < deletion.ToNanos && LabelMatcher.MatchesAll(deletion.Matchers, l.Stream)
                && deletion.PassesLine(l.Batch, 0));
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<LogDeletion>> DeletionsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<LogDeletion>>([]);

    public ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var batch in _spans)
            {
                for (var i = batch.Count - 1; i >= 0; i--)
                {
                    var span = batch.Spans[i];
                    if (span.StartUnixNano < deletion.FromNanos || span.StartUnixNano >= deletion.ToNanos || !deletion.Passes(batch, i))
                        continue;
                    _spanIds.Remove((span.TraceId, span.SpanId, span.StartUnixNano));
                    batch.Spans[i] = batch.Spans[batch.Count - 1];
                    batch.Spans.Truncate(batch.Count - 1);
                }
            }
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<SpanDeletion>>([]);

    public ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var accepted = 0;
            var copy = new SpanBatch();
            foreach (ref var span in batch.Spans.Mutable)
            {
                if (span.IsDropped)
                    continue;
                accepted++;
                span.IsDropped = !_spanIds.Add((span.TraceId, span.SpanId, span.StartUnixNano));
                if (!span.IsDropped)
                    BatchCopy.Span(batch, span, copy);
            }
            _spans.Add(copy);
            return ValueTask.FromResult(AppendResult.All(accepted));
        }
    }

    public async IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var result = Collect(span => span.StartUnixNano >= select.FromNanos && span.StartUnixNano < select.ToNanos);
        if (result.Count > 0)
            yield return result;
    }

    public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Collect(span => traces.Contains(span.TraceId)));

    public ValueTask DropAsync(IReadOnlyCollection<TraceId> traces, TimeSpan within, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            for (var i = 0; i < _spans.Count; i++)
            {
                var left = new SpanBatch();
                foreach (var span in _spans[i].Spans.Span)
                {
                    if (!traces.Contains(span.TraceId))
                        BatchCopy.Span(_spans[i], span, left);
                }
                _spans[i] = left;
            }
            _dropped.UnionWith(traces);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult<IReadOnlyList<TraceId>>([.. _dropped]);
    }

    private SpanBatch Collect(Func<Telemetry.Spans.Span, bool> wanted)
    {
        var result = new SpanBatch();
        lock (_lock)
        {
            foreach (var batch in _spans.AsEnumerable().Reverse())
            {
                foreach (var span in batch.Spans.Span)
                {
                    if (wanted(span))
                        BatchCopy.Span(batch, span, result);
                }
            }
        }
        return result;
    }

    private List<(LabelSet Stream, long Time, LogBatch Batch)> Matching(LogSelect select) =>
        [.. _logs.Where(l => l.Time >= select.FromNanos && l.Time < select.ToNanos && LabelMatcher.MatchesAll(select.Matchers, l.Stream))];

    private List<SeriesSnapshot> Matching(SeriesSelect select)
    {
        var found = new List<SeriesSnapshot>();
        foreach (var (labels, series) in _series)
        {
            if (!LabelMatcher.MatchesAll(select.Matchers, labels))
                continue;
            var samples = series.Samples.Where(s => s.Key >= select.FromMs && s.Key <= select.ToMs).ToList();
            if (samples.Count > 0)
                found.Add(new SeriesSnapshot(labels, samples));
        }
        return found;
    }

    private static List<(string, long)> Largest(IEnumerable<(string Name, long Count)> counts, int top) =>
        [.. counts.OrderByDescending(c => c.Count).ThenBy(c => c.Name, StringComparer.Ordinal).Take(top)];

    private MemorySeries SeriesOf(MetricBatch batch, int series)
    {
        var labels = LabelSet.FromCanonical(batch.SeriesLabels(series));
        if (!_series.TryGetValue(labels, out var found))
            _series[labels] = found = new MemorySeries();
        return found;
    }

    private sealed class MemorySeries
    {
        public SortedDictionary<long, MemorySample> Samples { get; } = [];
        public List<Exemplar> Exemplars { get; } = [];
    }

    private readonly record struct MemorySample(double Value, NativeHistogram? Histogram, long StartTimeMs);

    private sealed record SeriesSnapshot(LabelSet Labels, List<KeyValuePair<long, MemorySample>> Samples);

    private sealed class Selection(List<SeriesSnapshot> series) : ISeriesSelection, ISeriesReader
    {
        public int Count => series.Count;

        public IReadOnlyList<string> Warnings => [];

        public long RawFromMs => long.MinValue;

        public LabelSet Labels(int index) => series[index].Labels;

        public ISeriesReader OpenReader() => this;

        public void Read(int index, SampleColumns into)
        {
            var samples = series[index].Samples;
            var saysStarts = samples.Exists(s => s.Value.StartTimeMs != 0);
            foreach (var (time, (value, histogram, startMs)) in samples)
            {
                if (histogram is null)
                    into.Add(time, value);
                else
                    into.Add(time, histogram);
                if (saysStarts)
                    (histogram is null ? into.StartTimesMs : into.HistogramStartTimesMs).Add(startMs);
            }
        }

        public bool TryReadRuns(int index, ReadOnlySpan<long> cutsMs, RunFigures figures, Column<SampleRun> into)
        {
            var samples = new SampleColumns();
            Read(index, samples);
            if (samples.HistogramTimesMs.Count > 0)
                return false;
            SampleRuns.Append(samples.TimesMs.Span, samples.Values.Span, cutsMs, into);
            return true;
        }

        public void Dispose() { }
    }
}
