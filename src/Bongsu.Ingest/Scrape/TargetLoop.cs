using Bongsu.Ingest.Decode.Exposition;
using Bongsu.Ingest.Receive;
using Bongsu.Ingest.Scrape.Exposed;
using Bongsu.Ingest.Scrape.Fetch;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Ingest.Scrape.Targets;

namespace Bongsu.Ingest.Scrape;

/// <summary>
/// Scrapes one target again and again, at moments that follow from its hash, so that the targets of a job are spread over the interval. The loop is the only
/// writer; <see cref="Status"/> may be read by others.
/// </summary>
internal sealed class TargetLoop
{
    // Timestamps are put on the planned moment when they are off by no more than this share of the interval: even steps take less room on disk.
    private const int ToleranceShare = 100;
    private const long MaxToleranceMs = 50;

    private readonly ScrapeJob _job;
    private readonly ScrapeClient _client;
    private readonly ScrapeTools _tools;
    private readonly SeriesLabels _labels;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private TargetStatus _status;

    public TargetLoop(Target target, TargetState state, ScrapeJob job, ScrapeClient client, ScrapeTools tools)
    {
        Target = target;
        State = state;
        _job = job;
        _client = client;
        _tools = tools;
        _labels = new SeriesLabels(job, target.Labels, tools.Ingest.Options.Limits);
        _status = state.LastStatus is { } last ? Describe() with { Health = last.Health, LastError = last.LastError, LastScrape = last.LastScrape, LastDuration = last.LastDuration } : Describe();
    }

    public Target Target { get; }

    public TargetState State { get; }

    public TargetStatus Status => Volatile.Read(ref _status);

    /// <summary>When set, scrapes fail with this instead of asking the target.</summary>
    public string? ForcedError { get; set; }

    public void Start() => _running = RunAsync(_stop.Token);

    /// <summary>Ends the loop. Its state can go on in another, or be retired.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        State.LastStatus = Status;
        _stop.Dispose();
    }

    /// <summary>One scrape, stored under a time in ms since the epoch.</summary>
    internal async Task ScrapeAsync(long timeMs, CancellationToken cancellationToken)
    {
        var started = _tools.Time.GetTimestamp();
        var startedAt = _tools.Time.GetUtcNow();
        var (body, format, error) = ForcedError is { } forced ? (null, default, forced) : await _client.FetchAsync(Target.Url, Target.Timeout, cancellationToken);
        var work = _tools.Work.Rent();
        var bodyBytes = body?.Length ?? 0;
        using (body)
            error = Read(body, format, error, timeMs, work);
        var duration = _tools.Time.GetElapsedTime(started);
        State.Report(_labels, _job, error is null, duration, bodyBytes, Target.Timeout, timeMs, work);
        var outcome = await _tools.StoreAsync(work, timeMs);
        var refused = outcome.Rejections.Count > 0 ? outcome.Reasons() : "";
        Volatile.Write(ref _status, Describe() with
        {
            Health = error is null ? TargetHealth.Up : TargetHealth.Down,
            LastError = error ?? refused,
            LastScrape = startedAt,
            LastDuration = duration,
        });
    }

    private string? Read(PooledBuffer? body, ExpositionFormat format, string? error, long timeMs, ScrapeWork work)
    {
        var series = State.Series;
        series.Begin(timeMs);
        var maxSamples = _job.SampleLimit > 0 ? Math.Min(_job.SampleLimit, _tools.Ingest.Options.Limits.RecordsPerRequest) : _tools.Ingest.Options.Limits.RecordsPerRequest;
        if (body is not null)
        {
            _tools.Ingest.Counters.Request(Signal.Metrics, body.Length);
            error ??= format == ExpositionFormat.Protobuf
                ? new ProtobufScrape(series, _labels, _job, maxSamples, _tools.Ingest.Options.Limits, work).Read(body.Span)
                : TextScrape.Read(body.Span, format == ExpositionFormat.OpenMetrics, series, _labels, _job, maxSamples, work);
        }
        if (error is null)
        {
            series.Finish(work);
            return null;
        }
        work.Clear();
        series.EndAll(work, timeMs);
        return error;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var intervalMs = Math.Max(1, (long)Target.Interval.TotalMilliseconds);
        var nowMs = NowMs;
        // Why one more at least: whoever starts the loop must not run its first scrape.
        var dueMs = nowMs + 1 + Modulo((long)(Target.Hash % (ulong)intervalMs) - nowMs - 1, intervalMs);
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, dueMs - NowMs)), _tools.Time, cancellationToken);
                nowMs = NowMs;
                var toleranceMs = Math.Min(MaxToleranceMs, intervalMs / ToleranceShare);
                await GuardedAsync(nowMs - dueMs <= toleranceMs ? dueMs : nowMs, cancellationToken);
                // A scrape that was missed is not made up for.
                dueMs += intervalMs * Math.Max(1, (NowMs - dueMs) / intervalMs + 1);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>A fault of the server itself costs one scrape, and not the target for ever.</summary>
    private async Task GuardedAsync(long timeMs, CancellationToken cancellationToken)
    {
        try
        {
            await ScrapeAsync(timeMs, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _tools.Failed(e, _job.Name, Target.Labels);
            Volatile.Write(ref _status, Describe() with { Health = TargetHealth.Down, LastError = $"a fault of the server itself: {e.GetType().Name}", LastScrape = _tools.Time.GetUtcNow() });
        }
    }

    private long NowMs => _tools.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Modulo(long value, long divisor) => (value % divisor + divisor) % divisor;

    private TargetStatus Describe() => new()
    {
        Pool = _job.Name,
        Labels = Target.Labels.ToList().ToDictionary(l => l.Name, l => l.Value),
        Discovered = ShownUrl.Labels(Target.Discovered),
        Url = ShownUrl.Of(Target.Url),
        Health = TargetHealth.Unknown,
        LastError = "",
        LastScrape = null,
        LastDuration = TimeSpan.Zero,
        Interval = Target.Interval,
        Timeout = Target.Timeout,
    };
}
