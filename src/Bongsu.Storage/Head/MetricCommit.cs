using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Storage.Segments;
using Bongsu.Storage.Wal;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>
/// One group commit of metrics: admit, write, apply. What could not be written is not applied; series made for it stay without samples and are
/// named again when next used. The commit thread's alone.
/// </summary>
internal sealed class MetricCommit(EventStoreSetup setup, WalWriter wal, MetadataTable metadata)
{
    private static readonly byte[] MetricName = "__name__"u8.ToArray();

    private readonly ByteWriter _frames = new(1 << 16);
    private readonly List<SampleRecord> _records = [];
    private HeadSeries?[] _series = [];
    private RejectReason[] _refused = [];
    private int _used;
    private long _nowMs;
    private long _oldestMs;
    private long _newestMs;
    private long _sealingBytes;
    private string? _writeProblem;

    public void Run(List<AppendRequest<MetricBatch>> group, MetricHead head, long sealingBytes)
    {
        _frames.Clear();
        _used = 0;
        _sealingBytes = sealingBytes;
        SetTimes();
        // Why: every file names its series again; with very many series a file must be long enough for that to be a small part of it.
        wal.MaxFileBytes = Math.Max(setup.Options.WalFileBytes, head.LabelBytes * 4);
        try
        {
            foreach (var request in group)
                Admit(request, head);
            if (_frames.Length > 0)
                wal.Commit(_frames.Written);
            for (var i = 0; i < _used; i++)
                Apply(_records[i], head);
            if (_frames.Length > 0)
                setup.Problems.Set(ref _writeProblem, null);
        }
        catch (IOException e)
        {
            Forget(head);
            var problem = $"Cannot write metrics to the WAL: {e.Message}";
            setup.Problems.Set(ref _writeProblem, problem);
            foreach (var request in group)
                request.CompleteRefused(RejectReason.DiskFull, problem);
        }
        catch (Exception e)
        {
            Forget(head);
            foreach (var request in group)
            {
                request.Accepted = 0;
                request.Fail(e);
            }
        }
    }

    private void SetTimes()
    {
        _nowMs = setup.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var retention = setup.Options.RetentionMetrics;
        _oldestMs = retention == TimeSpan.Zero ? long.MinValue : _nowMs - (long)retention.TotalMilliseconds;
        _newestMs = _nowMs + (long)setup.Options.FutureToleranceMetrics.TotalMilliseconds;
    }

    private void Admit(AppendRequest<MetricBatch> request, MetricHead head)
    {
        var batch = request.Batch;
        var record = NextRecord();
        var isFull = head.SizeBytes + _sealingBytes >= setup.Options.MemoryLimitBytes - setup.Options.MemoryLimitBytes / 4;
        Resolve(request, head, record);
        for (var i = 0; i < batch.SampleSeries.Count; i++)
        {
            var series = batch.SampleSeries[i];
            if (!Admits(request, series, batch.SampleTimesMs[i], isFull))
                continue;
            record.Series.Add(_series[series]!.Id);
            record.TimesMs.Add(batch.SampleTimesMs[i]);
            record.Values.Add(batch.SampleValues[i]);
            request.Accepted++;
        }
        foreach (var (series, time, value) in batch.Histograms)
        {
            if (!Admits(request, series, time, isFull) || !IsValid(request, value))
                continue;
            record.Histograms.Add((_series[series]!.Id, time, value));
            request.Accepted++;
        }
        foreach (var (series, exemplar) in batch.Exemplars)
        {
            if (!batch.IsDropped(series) && _series[series] is { } found && exemplar.TimestampMs >= _oldestMs && exemplar.TimestampMs <= _newestMs)
                record.Exemplars.Add((found.Id, exemplar));
        }
        foreach (var item in batch.Metadata)
        {
            if (metadata.IsNews(item))
                record.Metadata.Add(item);
        }
        Put(record);
    }

    // Finds or makes the series of a batch, once for all their samples.
    private void Resolve(AppendRequest<MetricBatch> request, MetricHead head, SampleRecord record)
    {
        var batch = request.Batch;
        if (_series.Length < batch.SeriesCount)
        {
            _series = new HeadSeries?[batch.SeriesCount * 2];
            _refused = new RejectReason[batch.SeriesCount * 2];
        }
        for (var i = 0; i < batch.SeriesCount; i++)
        {
            _series[i] = null;
            _refused[i] = RejectReason.None;
            if (batch.IsDropped(i))
                continue;
            var labels = batch.SeriesLabels(i);
            // Fast path: known.
            var series = head.Find(labels) ?? Make(request, head, labels, out _refused[i]);
            _series[i] = series;
            if (series is null || series.LoggedIn == wal.UpcomingNumber)
                continue;
            series.LoggedIn = wal.UpcomingNumber;
            record.NewSeries.Add((series.Id, series.Labels));
        }
    }

    // Slow path: a new series, if it is one and there is room for it. The refusal is explained here and counted for each of its samples.
    private HeadSeries? Make(AppendRequest<MetricBatch> request, MetricHead head, ReadOnlySpan<byte> labels, out RejectReason refused)
    {
        refused = RejectReason.None;
        string detail;
        if (!LabelReader.IsCanonical(labels))
        {
            refused = RejectReason.Invalid;
            detail = "label bytes are not in canonical form";
        }
        else if (!HasName(labels))
        {
            refused = RejectReason.Invalid;
            detail = $"series {LabelSet.FromCanonical(labels)} has no metric name";
        }
        else if (setup.Options.MaxActiveSeries > 0 && head.Count >= setup.Options.MaxActiveSeries)
        {
            refused = RejectReason.SeriesBudget;
            detail = $"series {LabelSet.FromCanonical(labels)} would be beyond the {setup.Options.MaxActiveSeries} active series that are allowed; drop labels or raise the limit";
        }
        else if (head.SizeBytes + _sealingBytes >= setup.Options.MemoryLimitBytes / 2)
        {
            refused = RejectReason.MemoryLimit;
            detail = $"unsealed metrics take {(head.SizeBytes + _sealingBytes) >> 20} MiB, over half the memory limit of {setup.Options.MemoryLimitBytes >> 20} MiB: no new series until they are sealed";
        }
        else
        {
            return head.Add(labels);
        }
        request.Reject(refused, detail, 0);
        return null;
    }

    private static bool HasName(ReadOnlySpan<byte> labels)
    {
        foreach (var label in new LabelReader(labels))
        {
            if (label.Name.SequenceEqual(MetricName))
                return true;
        }
        return false;
    }

    private bool Admits(AppendRequest<MetricBatch> request, int series, long timeMs, bool isFull)
    {
        if (_series[series] is null)
        {
            if (_refused[series] != RejectReason.None)
                request.TryReject(_refused[series]);
            return false;
        }
        // Fast path: in time and with room.
        if (timeMs >= _oldestMs && timeMs <= _newestMs && !isFull)
            return true;
        var reason = isFull ? RejectReason.MemoryLimit : timeMs < _oldestMs ? RejectReason.TooOld : RejectReason.TooFarInFuture;
        if (!request.TryReject(reason))
            request.Reject(reason, Explain(reason, _series[series]!, timeMs));
        return false;
    }

    private string Explain(RejectReason reason, HeadSeries series, long timeMs) => reason switch
    {
        RejectReason.MemoryLimit => $"unsealed metrics are at the memory limit of {setup.Options.MemoryLimitBytes >> 20} MiB; try again later",
        RejectReason.TooOld => $"{series.Labels}: time {timeMs} ms is older than the retention of {setup.Options.RetentionMetrics.TotalHours} h",
        _ => $"{series.Labels}: time {timeMs} ms is more than {setup.Options.FutureToleranceMetrics.TotalMinutes} min in the future",
    };

    private static bool IsValid(AppendRequest<MetricBatch> request, NativeHistogram value)
    {
        if (value.IsValid(out var why))
            return true;
        if (!request.TryReject(RejectReason.Invalid))
            request.Reject(RejectReason.Invalid, $"histogram: {why}");
        return false;
    }

    private SampleRecord NextRecord()
    {
        if (_used == _records.Count)
            _records.Add(new SampleRecord());
        var record = _records[_used++];
        record.Clear();
        return record;
    }

    private void Put(SampleRecord record)
    {
        if (record.IsEmpty)
            return;
        var start = Frame.Begin(_frames);
        record.Put(_frames);
        Frame.End(_frames, start, FrameType.Samples, wal.TakeSequence());
    }

    private void Apply(SampleRecord record, MetricHead head)
    {
        ReadOnlySpan<int> series = record.Series.Span;
        ReadOnlySpan<long> times = record.TimesMs.Span;
        ReadOnlySpan<double> values = record.Values.Span;
        var grown = 0;
        for (var i = 0; i < series.Length; i++)
            grown += head[series[i]].Samples.Add(times[i], values[i]);
        foreach (var (id, time, value) in record.Histograms)
            grown += head[id].Samples.Add(time, value);
        foreach (var (id, exemplar) in record.Exemplars)
            head[id].Add(exemplar);
        foreach (var item in record.Metadata)
            metadata.Set(item);
        head.Grow(grown);
        head.HasSamples |= series.Length > 0 || record.Histograms.Count > 0;
    }

    private void Forget(MetricHead head)
    {
        for (var i = 0; i < _used; i++)
        {
            foreach (var (id, _) in _records[i].NewSeries)
                head[id].LoggedIn = 0;
        }
    }
}
