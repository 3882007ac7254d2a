using Bongsu.Storage.Blocks;
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
internal sealed class MetricCommit(EventStoreSetup setup, WalWriter wal, MetadataTable metadata, RecordApplier applier)
{
    private static readonly byte[] MetricName = "__name__"u8.ToArray();

    private readonly ByteWriter _frames = new(1 << 16);
    private readonly List<SampleRecord> _records = [];
    private int[] _series = [];
    private RejectReason[] _refused = [];
    private SeriesTable _table = null!;
    private int _used;
    private long _nowMs;
    private long _oldestMs;
    private long _surelyKeptMs;
    private RetentionRules? _rules;
    private long _newestMs;
    private long _headBytes;
    private long _room;
    private bool _areAllKnown;
    private string? _writeProblem;

    /// <summary>Runs one group.</summary>
    /// <param name="group">Every request of it is completed, or is left for the caller to complete.</param>
    /// <param name="table">Knows the series.</param>
    /// <param name="headBytes">What all heads take already.</param>
    /// <param name="active">Series that count as active.</param>
    public void Run(List<AppendRequest<MetricBatch>> group, SeriesTable table, long headBytes, int active)
    {
        _frames.Clear();
        _used = 0;
        _table = table;
        _headBytes = headBytes;
        _room = setup.Options.MaxActiveSeries > 0 ? setup.Options.MaxActiveSeries - active : long.MaxValue;
        SetTimes();
        // Why: every file names its series again; with very many series a file must be long enough for that to be a small part of it.
        wal.MaxFileBytes = Math.Max(setup.Options.WalFileBytes, table.LabelBytes * 4);
        try
        {
            var walFile = wal.UpcomingNumber;
            foreach (var request in group)
                Admit(request);
            if (_frames.Length > 0)
                wal.Commit(_frames.Written);
            for (var i = 0; i < _used; i++)
                Apply(_records[i], walFile);
            if (_frames.Length > 0)
                setup.Problems.Set(ref _writeProblem, null);
        }
        catch (IOException e)
        {
            Forget();
            var problem = $"Cannot write metrics to the WAL: {e.Message}";
            setup.Problems.Set(ref _writeProblem, problem);
            foreach (var request in group)
                request.CompleteRefused(RejectReason.DiskFull, problem);
        }
        catch (Exception e)
        {
            Forget();
            foreach (var request in group)
            {
                request.Accepted = 0;
                request.Fail(e);
            }
        }
    }

    private void SetTimes()
    {
        (_nowMs, var latestMs) = setup.Clock.Now();
        var retention = setup.Options.RetentionMetrics;
        _oldestMs = retention == TimeSpan.Zero ? long.MinValue : _nowMs - (long)retention.TotalMilliseconds;
        _rules = setup.Options.MetricRetentionRules.Count == 0 ? null : new RetentionRules(setup.Options, _nowMs);
        _surelyKeptMs = _rules?.SurelyKeptMs ?? _oldestMs;
        _newestMs = latestMs + (long)setup.Options.FutureToleranceMetrics.TotalMilliseconds;
    }

    private void Admit(AppendRequest<MetricBatch> request)
    {
        var record = NextRecord();
        var isFull = _headBytes >= setup.Options.MemoryLimitBytes - setup.Options.MemoryLimitBytes / 4;
        Resolve(request, record);
        if (_areAllKnown && !isFull && AreInTime(request.Batch.SampleTimesMs.Span))
            AdmitAll(request, record);
        else
            AdmitEach(request, record, isFull);
        AdmitHistograms(request, record, isFull);
        AdmitExemplars(request, record, isFull);
        foreach (var item in request.Batch.Metadata)
        {
            if (metadata.IsNews(item))
                record.Metadata.Add(item);
        }
        Put(record);
    }

    // Fast path: nothing is refused, so whole columns are taken.
    // Hot path: 0 B/op (see MetricAppendBenchmark, AllocationTests)
    private void AdmitAll(AppendRequest<MetricBatch> request, SampleRecord record)
    {
        var batch = request.Batch;
        var series = batch.SampleSeries.Span;
        var ids = record.Series.Take(series.Length);
        for (var i = 0; i < series.Length; i++)
            ids[i] = _series[series[i]];
        record.TimesMs.Add(batch.SampleTimesMs.Span);
        record.Values.Add(batch.SampleValues.Span);
        record.StartTimesMs.Add(batch.SampleStartTimesMs.Span);
        request.Accepted += series.Length;
    }

    private void AdmitEach(AppendRequest<MetricBatch> request, SampleRecord record, bool isFull)
    {
        var batch = request.Batch;
        for (var i = 0; i < batch.SampleSeries.Count; i++)
        {
            var series = batch.SampleSeries[i];
            if (!Admits(request, series, batch.SampleTimesMs[i], isFull))
                continue;
            record.Series.Add(_series[series]);
            record.TimesMs.Add(batch.SampleTimesMs[i]);
            record.Values.Add(batch.SampleValues[i]);
            if (batch.SampleStartTimesMs.Count > 0)
                record.StartTimesMs.Add(batch.SampleStartTimesMs[i]);
            request.Accepted++;
        }
    }

    private void AdmitHistograms(AppendRequest<MetricBatch> request, SampleRecord record, bool isFull)
    {
        var batch = request.Batch;
        for (var i = 0; i < batch.Histograms.Count; i++)
        {
            var (series, time, value) = batch.Histograms[i];
            if (!Admits(request, series, time, isFull) || !IsValid(request, value))
                continue;
            record.Histograms.Add((_series[series], time, value));
            if (batch.HistogramStartTimesMs.Count > 0)
                record.HistogramStartTimesMs.Add(batch.HistogramStartTimesMs[i]);
            request.Accepted++;
            request.AcceptedHistograms++;
        }
    }

    // What is not taken is not worth an error: an exemplar is an example.
    private void AdmitExemplars(AppendRequest<MetricBatch> request, SampleRecord record, bool isFull)
    {
        foreach (var (series, exemplar) in request.Batch.Exemplars)
        {
            if (isFull || request.Batch.IsDropped(series) || _series[series] < 0 || exemplar.TimestampMs > _newestMs || IsTooOld(_series[series], exemplar.TimestampMs))
                continue;
            record.Exemplars.Add((_series[series], exemplar));
            request.AcceptedExemplars++;
        }
    }

    private bool AreInTime(ReadOnlySpan<long> times)
    {
        var areIn = true;
        foreach (var time in times)
            areIn &= time >= _surelyKeptMs && time <= _newestMs;
        return areIn;
    }

    private bool IsTooOld(int id, long timeMs) => timeMs < _surelyKeptMs && timeMs < OldestOf(id);

    private long OldestOf(int id) => _rules?.OldestOf(_table.Labels(id)) ?? _oldestMs;

    // Finds or makes the series of a batch, once for all their samples.
    // Hot path: 0 B/op (see MetricAppendBenchmark, AllocationTests)
    private void Resolve(AppendRequest<MetricBatch> request, SampleRecord record)
    {
        var batch = request.Batch;
        var upcoming = wal.UpcomingNumber;
        _areAllKnown = true;
        if (_series.Length < batch.SeriesCount)
        {
            _series = new int[batch.SeriesCount * 2];
            _refused = new RejectReason[batch.SeriesCount * 2];
        }
        for (var i = 0; i < batch.SeriesCount; i++)
        {
            var id = batch.IsDropped(i) ? -1 : batch.Handle(i) is { StoreNote: SeriesNote note } && note.Table == _table.Identity ? note.Id : Find(request, i);
            _series[i] = id;
            _areAllKnown &= id >= 0;
            if (id < 0 || _table.LoggedIn(id) == upcoming)
                continue;
            _table.LoggedIn(id) = upcoming;
            record.NewSeries.Add((id, _table.Labels(id)));
        }
    }

    // Slow path: by its label bytes. A handle is told the id, so that it is found at once from then on.
    private int Find(AppendRequest<MetricBatch> request, int series)
    {
        var labels = request.Batch.SeriesLabels(series);
        var id = _table.Find(labels);
        _refused[series] = RejectReason.None;
        if (id < 0)
            id = Make(request, series, labels, out _refused[series]);
        if (id < 0 || request.Batch.Handle(series) is not { } handle)
            return id;
        handle.StoreNote = new SeriesNote(_table.Identity, id);
        _table.Adopt(id, handle.Labels);
        return id;
    }

    // A new series, if it is one and there is room for it. The refusal is explained here and counted for each of its samples.
    private int Make(AppendRequest<MetricBatch> request, int series, ReadOnlySpan<byte> labels, out RejectReason refused)
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
        else if (_room <= 0)
        {
            refused = RejectReason.SeriesBudget;
            detail = $"series {LabelSet.FromCanonical(labels)} would be beyond the {setup.Options.MaxActiveSeries} active series that are allowed; drop labels or raise the limit";
        }
        else if (_headBytes + _table.SizeBytes >= setup.Options.MemoryLimitBytes / 8 * 5)
        {
            refused = RejectReason.MemoryLimit;
            detail = $"unsealed metrics take {(_headBytes + _table.SizeBytes) >> 20} MiB, over five eighths of the memory limit of {setup.Options.MemoryLimitBytes >> 20} MiB: no new series until they are sealed";
        }
        else
        {
            _room--;
            return _table.Add(labels, FirstTime(request.Batch, series));
        }
        request.Reject(refused, detail, 0);
        return -1;
    }

    // Series and samples come in the same order as a rule; where not, any sample of the batch tells well enough.
    private long FirstTime(MetricBatch batch, int series)
    {
        if (batch.SampleTimesMs.Count == 0)
            return _nowMs;
        return batch.SampleTimesMs[series < batch.SampleSeries.Count && batch.SampleSeries[series] == series ? series : 0];
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
        if (_series[series] < 0)
        {
            if (!request.Batch.IsDropped(series) && _refused[series] != RejectReason.None)
                request.TryReject(_refused[series]);
            return false;
        }
        // Fast path: in time and with room.
        if (timeMs >= _surelyKeptMs && timeMs <= _newestMs && !isFull)
            return true;
        var reason = isFull ? RejectReason.MemoryLimit : IsTooOld(_series[series], timeMs) ? RejectReason.TooOld : timeMs > _newestMs ? RejectReason.TooFarInFuture : RejectReason.None;
        if (reason == RejectReason.None)
            return true;
        if (!request.TryReject(reason))
            request.Reject(reason, Explain(reason, _series[series], timeMs));
        return false;
    }

    private string Explain(RejectReason reason, int id, long timeMs) => reason switch
    {
        RejectReason.MemoryLimit => $"unsealed metrics are at the memory limit of {setup.Options.MemoryLimitBytes >> 20} MiB; try again later",
        RejectReason.TooOld => $"{_table.Labels(id)}: time {timeMs} ms is older than the retention of {TimeSpan.FromMilliseconds(_nowMs - OldestOf(id)).TotalHours} h",
        _ => $"{_table.Labels(id)}: time {timeMs} ms is more than {setup.Options.FutureToleranceMetrics.TotalMinutes} min in the future",
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

    private void Apply(SampleRecord record, long walFile)
    {
        applier.Apply(record, setup.Clock.RunningMs, walFile);
        foreach (var item in record.Metadata)
            metadata.Set(item);
    }

    private void Forget()
    {
        for (var i = 0; i < _used; i++)
        {
            foreach (var (id, _) in _records[i].NewSeries)
                _table.LoggedIn(id) = 0;
        }
    }
}
