using Bongsu.Storage.Blocks;
using Bongsu.Storage.Rollups;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage;

/// <summary>
/// The embedded store: metrics, logs and spans on local disk, crash-safe, in one data directory that one process owns. An append is durable when it
/// completes; opening is recovery. Thread-safe.
/// </summary>
public sealed class DiskStore : ITelemetryStore, IMetricStore, ILogStore, ISpanStore
{
    private readonly EventStoreSetup _setup;
    private readonly DirectoryLock _lock;
    private readonly MetricStore _metrics;
    private readonly EventStore<LogBatch> _logs;
    private readonly EventStore<SpanBatch> _spans;
    private readonly Maintenance _maintenance;

    private DiskStore(EventStoreSetup setup, DirectoryLock held, CancellationToken cancellationToken)
    {
        FileSizeSignal.Ignore();
        _setup = setup;
        _lock = held;
        _metrics = new MetricStore(setup, cancellationToken);
        _logs = new EventStore<LogBatch>(new LogSignal(), setup, cancellationToken);
        _spans = new EventStore<SpanBatch>(new SpanSignal(), setup, cancellationToken);
        var clockFile = new ClockFile(setup.Disk, Path.Combine(setup.Options.Directory, DataLayout.ClockFile), setup.Clock, setup.Problems);
        setup.Clock.Expect(clockFile.Read() ?? NewestMs(setup.Clock.WallMs));
        _maintenance = new Maintenance(setup, clockFile, _metrics, _logs, _spans);
    }

    public StoreCapabilities Capabilities => new(Metrics: true, Logs: true, Spans: true, NativeHistograms: true, Exemplars: true, Deletion: true, Snapshots: true) { LogDeletion = true, SpanDeletion = true, TraceDrops = true };
    public IMetricStore Metrics => this;
    public ILogStore Logs => this;
    public ISpanStore Spans => this;

    public StoreStatus Status => new()
    {
        SeriesActive = _metrics.ActiveSeries,
        StreamsActive = LogStreams.CountActive(_logs.View, _setup.Clock.WallMs - (long)_setup.Options.SegmentAge.TotalMilliseconds),
        SamplesAppended = _metrics.Appended,
        LogRecordsAppended = _logs.Appended,
        SpansAppended = _spans.Appended,
        DiskBytes = _metrics.DiskBytes + _logs.DiskBytes + _spans.DiskBytes,
        DiskFreeBytes = FreeBytes,
        Problems = _setup.Problems.Problems,
    };

    /// <summary>What the data directory is made of. Looks at every file in it.</summary>
    public StoreUse Use()
    {
        var options = _setup.Options;
        var (journal, other) = StoreUseReader.Rest(options.Directory);
        return new StoreUse(
        [
            StoreUseReader.OfMetrics(_metrics, options),
            StoreUseReader.OfRollups(_metrics, RollupResolution.FiveMinutes, options),
            StoreUseReader.OfRollups(_metrics, RollupResolution.Hour, options),
            StoreUseReader.OfEvents("logs", _logs, options.RetentionLogs, options.LogRetentionRules),
            StoreUseReader.OfEvents("traces", _spans, options.RetentionTraces, options.TraceRetentionRules),
        ], journal, other, options.DiskLimitBytes, FreeBytes);
    }

    /// <summary>
    /// Other rules of what is kept for another time than the rest, from now on: what is past its time by them is in no answer any more, and leaves the disk by
    /// itself; what an older rule has taken does not come back.
    /// </summary>
    public void ChangeRetention(IReadOnlyList<MetricRetentionRule> metrics, IReadOnlyList<EventRetentionRule> logs, IReadOnlyList<EventRetentionRule> traces) =>
        _setup.Options = _setup.Options with { MetricRetentionRules = metrics, LogRetentionRules = logs, TraceRetentionRules = traces };

    /// <summary>Opens a data directory, recovering what a crash left.</summary>
    /// <exception cref="IOException">Another process has it open, or it cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">A newer program wrote it.</exception>
    public static Task<DiskStore> OpenAsync(DiskStoreOptions options, TimeProvider time, Action<string>? log, CancellationToken cancellationToken) =>
        Task.Run(() => Open(options, time, log, new Disk(), cancellationToken), cancellationToken);

    internal static DiskStore Open(DiskStoreOptions options, TimeProvider time, Action<string>? log, Disk disk, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Directory);
        var held = DirectoryLock.Take(options.Directory);
        try
        {
            foreach (var name in (ReadOnlySpan<string>)[DataLayout.WalDirectory, DataLayout.BlocksDirectory, DataLayout.SegmentsDirectory])
                Prepare(disk, Path.Combine(options.Directory, name));
            disk.SyncDirectory(options.Directory);
            var problems = new ProblemLog(log);
            return new DiskStore(new EventStoreSetup(options, new StoreClock(time, problems), time, disk, problems), held, cancellationToken);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public ValueTask<AppendResult> AppendAsync(MetricBatch batch, CancellationToken cancellationToken) => _metrics.AppendAsync(batch, cancellationToken);

    public ValueTask<AppendResult> AppendAsync(LogBatch batch, CancellationToken cancellationToken) => _logs.AppendAsync(batch, cancellationToken);

    public ValueTask<AppendResult> AppendAsync(SpanBatch batch, CancellationToken cancellationToken) => _spans.AppendAsync(batch, cancellationToken);

    public ValueTask<ISeriesSelection> SelectAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ISeriesSelection>(_metrics.Select(select, cancellationToken));

    public ValueTask<IReadOnlyList<string>> LabelNamesAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LabelListing.Names(_metrics, select, cancellationToken));

    public ValueTask<IReadOnlyList<string>> LabelValuesAsync(string name, SeriesSelect select, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LabelListing.Values(_metrics, name, select, cancellationToken));

    public ValueTask<IReadOnlyList<(LabelSet Series, IReadOnlyList<Exemplar> Exemplars)>> ExemplarsAsync(SeriesSelect select, CancellationToken cancellationToken)
    {
        using var selection = _metrics.Select(select, cancellationToken);
        using var reader = selection.OpenSeriesReader();
        var found = new List<(LabelSet, IReadOnlyList<Exemplar>)>();
        for (var i = 0; i < selection.Count; i++)
        {
            if (reader.Exemplars(i) is { Count: > 0 } exemplars)
                found.Add((selection.Labels(i), exemplars));
        }
        return ValueTask.FromResult<IReadOnlyList<(LabelSet, IReadOnlyList<Exemplar>)>>(found);
    }

    public ValueTask<IReadOnlyList<MetricMetadata>> MetadataAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_metrics.Metadata);

    public ValueTask<MetricCardinality> CardinalityAsync(int top, CancellationToken cancellationToken) => ValueTask.FromResult(_metrics.Cardinality(top));

    public async ValueTask DeleteAsync(SeriesSelect select, CancellationToken cancellationToken) =>
        await _maintenance.OnMetricsAsync(metrics =>
        {
            metrics.Delete(select);
            return true;
        }, cancellationToken);

    public async ValueTask CleanTombstonesAsync(CancellationToken cancellationToken) =>
        await _maintenance.OnMetricsAsync(static metrics =>
        {
            metrics.Blocks.CleanDeletions();
            return true;
        }, cancellationToken);

    public async ValueTask<string> SnapshotAsync(CancellationToken cancellationToken) =>
        await _maintenance.OnMetricsAsync(static metrics => metrics.Snapshot(), cancellationToken);

    public IAsyncEnumerable<LogBatch> SelectAsync(LogSelect select, ICollection<string> warnings, CancellationToken cancellationToken) =>
        EventQueries.SelectAsync(new LogSignal(), _logs.View, new LogFilter(select), select.NewestFirst, warnings, cancellationToken);

    public ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(LogSelect select, CancellationToken cancellationToken) =>
        ValueTask.FromResult(LogStreams.Find(new LogSignal(), _logs.View, new LogFilter(select with { Needles = null }), cancellationToken));

    public async ValueTask DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken) =>
        await _maintenance.OnLogsAsync(logs => logs.Delete(new LogErasure(deletion, new HashSet<long>())), cancellationToken);

    public ValueTask<IReadOnlyList<LogDeletion>> DeletionsAsync(CancellationToken cancellationToken)
    {
        var deletions = new List<LogDeletion>();
        foreach (var deletion in _logs.View.Deletions)
            deletions.Add(((LogErasure)deletion).Deletion);
        return ValueTask.FromResult<IReadOnlyList<LogDeletion>>(deletions);
    }

    public IAsyncEnumerable<SpanBatch> SelectAsync(SpanSelect select, ICollection<string> warnings, CancellationToken cancellationToken) =>
        SelectAsync(_spans.View, select, warnings, cancellationToken);

    public async ValueTask DeleteAsync(SpanDeletion deletion, CancellationToken cancellationToken) =>
        await _maintenance.OnSpansAsync(spans => spans.Delete(new SpanErasure(deletion, new HashSet<long>())), cancellationToken);

    public ValueTask<IReadOnlyList<SpanDeletion>> SpanDeletionsAsync(CancellationToken cancellationToken)
    {
        var deletions = new List<SpanDeletion>();
        foreach (var deletion in _spans.View.Deletions)
            deletions.Add(((SpanErasure)deletion).Deletion);
        return ValueTask.FromResult<IReadOnlyList<SpanDeletion>>(deletions);
    }

    public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, ICollection<string> warnings, CancellationToken cancellationToken) =>
        TracesAsync(traces, SpanColumns.All, warnings, cancellationToken);

    public ValueTask<SpanBatch> TracesAsync(IReadOnlyCollection<TraceId> traces, SpanColumns columns, ICollection<string> warnings, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TracesOf(_spans.View, traces, columns, warnings, cancellationToken));

    public async ValueTask DropAsync(IReadOnlyCollection<TraceId> traces, TimeSpan within, CancellationToken cancellationToken)
    {
        if (TraceSet.Of(traces) is { Count: > 0 } dropped)
            await Task.Run(() => _spans.Drop(dropped, within), cancellationToken);
    }

    public ValueTask<IReadOnlyList<TraceId>> DroppedAsync(CancellationToken cancellationToken)
    {
        var drops = _spans.View.Dropped;
        var all = _spans.DroppedBefore.With(drops.Head).With(drops.Sealing);
        foreach (var (_, segment) in drops.Segments)
            all = all.With(segment.Traces);
        return ValueTask.FromResult<IReadOnlyList<TraceId>>([.. all.Ids]);
    }

    /// <summary>Ends the writers; everything acknowledged is on the disk already.</summary>
    public async ValueTask DisposeAsync()
    {
        await _maintenance.DisposeAsync();
        _metrics.Dispose();
        _logs.Dispose();
        _spans.Dispose();
        _lock.Dispose();
    }

    /// <summary>What the timer does, now: seal what is due, retention, the disk limit, merging.</summary>
    internal void Maintain()
    {
        _maintenance.Run();
        _maintenance.MergeSegments();
    }

    /// <summary>Ends when the sealed files found at start have been looked over for damage.</summary>
    internal Task Verified => _maintenance.Verified;

    /// <summary>Seals all heads, due or not.</summary>
    internal void SealAll() => _maintenance.SealAll();

    private long FreeBytes => new DriveInfo(Path.GetFullPath(_setup.Options.Directory)).AvailableFreeSpace;

    private static IAsyncEnumerable<SpanBatch> SelectAsync(EventView<SpanBatch> view, SpanSelect select, ICollection<string> warnings, CancellationToken cancellationToken) =>
        EventQueries.SelectAsync(new SpanSignal(), view, new SpanFilter(select with { Columns = Read(view, select.Columns) }), newestFirst: true, warnings, cancellationToken);

    private static SpanBatch TracesOf(EventView<SpanBatch> view, IReadOnlyCollection<TraceId> traces, SpanColumns columns, ICollection<string> warnings, CancellationToken cancellationToken) =>
        TraceLookup.Find(view, traces, Read(view, columns), warnings, cancellationToken);

    // Whether a row is past the time of its service is seen by its resource.
    private static SpanColumns Read(EventView<SpanBatch> view, SpanColumns wanted) =>
        view.Expiry is null ? wanted : wanted with { Parts = wanted.Parts | SpanParts.Resource };

    // Data of the future, by whatever clock they came, say nothing of what time it is.
    private long NewestMs(long wallMs)
    {
        var notAfterMs = wallMs + (long)_setup.Options.FutureToleranceEvents.TotalMilliseconds;
        return Math.Max(_metrics.View.NewestMs(notAfterMs), Math.Max(_logs.Segments.NewestMs(notAfterMs), _spans.Segments.NewestMs(notAfterMs)));
    }

    private static void Prepare(Disk disk, string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var path in Directory.GetFiles(directory, "*" + DataLayout.TemporarySuffix))
            disk.Delete(path);
    }
}
