using Bongsu.Storage.Blocks;
using Bongsu.Storage.Segments;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage;

/// <summary>
/// The background work of a store, at every flush interval: seal heads that are due, delete what retention or the disk limit says, merge small files,
/// look over sealed files once. Merging of segments takes its time and goes beside the rest, so that sealing never waits for it.
/// </summary>
internal sealed class Maintenance : IAsyncDisposable
{
    private readonly EventStoreSetup _setup;
    private readonly ClockFile _clockFile;
    private readonly MetricStore _metrics;
    private readonly EventStore<LogBatch> _logs;
    private readonly EventStore<SpanBatch> _spans;
    private readonly object _running = new();
    private readonly object _merging = new();
    private readonly object _starting = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _timer;
    private readonly Task _verification;
    private volatile bool _isClosed;
    private Task _lastRun = Task.CompletedTask;
    private Task _lastMerge = Task.CompletedTask;

    public Maintenance(EventStoreSetup setup, ClockFile clockFile, MetricStore metrics, EventStore<LogBatch> logs, EventStore<SpanBatch> spans)
    {
        _setup = setup;
        _clockFile = clockFile;
        _metrics = metrics;
        _logs = logs;
        _spans = spans;
        _verification = Task.Run(Verify);
        metrics.SealDue = Start;
        logs.SealDue = Start;
        spans.SealDue = Start;
        _timer = setup.Time.CreateTimer(_ => Start(), null, setup.Options.FlushInterval, setup.Options.FlushInterval);
    }

    /// <summary>Ends when the sealed files found at start have been looked over.</summary>
    public Task Verified => _verification;

    public void Run()
    {
        lock (_running)
        {
            if (_isClosed)
                return;
            _clockFile.Keep();
            _metrics.Maintain();
            _logs.Maintain();
            _spans.Maintain();
            _metrics.Blocks.Compact();
            DeleteExpired();
            KeepDiskLimit();
        }
    }

    /// <summary>Merges a run of small segments of each signal, where there is one.</summary>
    public void MergeSegments()
    {
        lock (_merging)
        {
            if (_isClosed)
                return;
            _logs.Segments.Erase(_closing.Token);
            _spans.Segments.Erase(_closing.Token);
            _logs.Segments.Expire(_closing.Token);
            _spans.Segments.Expire(_closing.Token);
            _logs.Segments.Merge(_closing.Token);
            _spans.Segments.Merge(_closing.Token);
        }
    }

    public void SealAll()
    {
        lock (_running)
        {
            _metrics.Seal();
            _logs.Seal();
            _spans.Seal();
        }
    }

    /// <summary>Runs work on the metrics that must not meet sealing or merging, beside the caller.</summary>
    public async Task<T> OnMetricsAsync<T>(Func<MetricStore, T> work, CancellationToken cancellationToken)
    {
        return await Task.Run(() =>
        {
            lock (_running)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                return work(_metrics);
            }
        }, cancellationToken);
    }

    /// <summary>Runs work on the logs that must not meet sealing or merging, beside the caller.</summary>
    public Task OnLogsAsync(Action<EventStore<LogBatch>> work, CancellationToken cancellationToken) => OnEventsAsync(() => work(_logs), cancellationToken);

    /// <summary>Runs work on the spans that must not meet sealing or merging, beside the caller.</summary>
    public Task OnSpansAsync(Action<EventStore<SpanBatch>> work, CancellationToken cancellationToken) => OnEventsAsync(() => work(_spans), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        lock (_starting)
            _isClosed = true;
        await _closing.CancelAsync();
        await _lastRun;
        await _lastMerge;
        await _verification;
        lock (_running)
        {
            // A run in progress has ended.
        }
        lock (_merging)
            _closing.Dispose();
    }

    private Task OnEventsAsync(Action work, CancellationToken cancellationToken) => Task.Run(() =>
    {
        lock (_running)
        {
            lock (_merging)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                work();
            }
        }
    }, cancellationToken);

    private void Start()
    {
        lock (_starting)
        {
            if (_lastRun.IsCompleted && !_isClosed)
                _lastRun = Task.Run(() => Guarded(Run));
            if (_lastMerge.IsCompleted && !_isClosed)
                _lastMerge = Task.Run(() => Guarded(MergeSegments));
        }
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException)
        {
            // The store closes; what was not merged is merged after the next start.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _setup.Problems.Add($"Background work of the store failed and is tried again: {e.Message}");
        }
    }

    private void DeleteExpired()
    {
        _metrics.Blocks.ApplyRetention();
        _logs.Segments.DeleteExpired();
        _spans.Segments.DeleteExpired();
    }

    // The oldest sealed file of any signal goes first; the WAL and what is in memory stay.
    private void KeepDiskLimit()
    {
        if (_setup.Options.DiskLimitBytes <= 0)
            return;
        while (_metrics.DiskBytes + _logs.DiskBytes + _spans.DiskBytes > _setup.Options.DiskLimitBytes && TryDeleteOldest())
        {
        }
    }

    private bool TryDeleteOldest()
    {
        var block = _metrics.Blocks.Oldest();
        var (logs, logsMax) = _logs.Segments.Oldest();
        var (spans, spansMax) = _spans.Segments.Oldest();
        var metricsMax = block is null ? long.MaxValue : block.MaxTimeMs < long.MaxValue / 1_000_000 ? block.MaxTimeMs * 1_000_000 : long.MaxValue - 1;
        if (block is not null && metricsMax <= Math.Min(logsMax, spansMax))
            _metrics.Blocks.Drop(block);
        else if (logs is not null && logsMax <= spansMax)
            _logs.Segments.Delete(logs);
        else if (spans is not null)
            _spans.Segments.Delete(spans);
        else
            return false;
        return true;
    }

    // Damage in a file nobody reads would else be found when it is too late to fetch a copy.
    private void Verify()
    {
        try
        {
            foreach (var block in (MetricBlock[])[.. _metrics.View.Blocks, .. _metrics.View.Rollups])
            {
                block.Verify(_closing.Token);
            }
            foreach (var segment in _logs.View.Segments)
            {
                segment.Verify(_closing.Token);
            }
            foreach (var segment in _spans.View.Segments)
            {
                segment.Verify(_closing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being closed.
        }
        catch (IOException e)
        {
            _setup.Problems.Add($"Looking over the sealed files failed: {e.Message}");
        }
    }
}
