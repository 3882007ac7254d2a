using System.Globalization;
using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.JsonLines;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Decode.Syslog;
using Bongsu.Ingest.Pipeline;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Ingest.Pipeline.Lint;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Receive;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Microsoft.Extensions.Logging;

namespace Bongsu.Ingest;

/// <summary>Takes telemetry in: decodes, sends it through the pipeline, and answers once the store has it. Thread-safe.</summary>
public sealed partial class IngestService
{
    private readonly IngestPipeline _pipeline;
    private readonly ITelemetryStore _store;
    private readonly SpanMetrics _spanMetrics;
    private readonly LogMetrics _logMetrics;
    private readonly VolumeTable _volumes;
    private readonly LintStage _lint;
    private readonly PatternBatch _patternBatch = new();
    private readonly DerivedBatch _derivedBatch = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private readonly TimeProvider _time;
    private readonly ILogger<IngestService> _log;
    private readonly ArrivalTimes _arrivals;
    private readonly WorkPool<SpanWork> _spans;
    private readonly WorkPool<LogWork> _logs;
    private readonly WorkPool<MetricWork> _metrics;

    public IngestService(ITelemetryStore store, IngestOptions options, TimeProvider time, ILogger<IngestService> log)
    {
        Options = options;
        _time = time;
        _log = log;
        _store = store;
        _arrivals = new ArrivalTimes(time);
        _spanMetrics = new SpanMetrics(options, Counters, time);
        _logMetrics = new LogMetrics(options, Counters, time);
        _volumes = new VolumeTable(time) { Rules = options.Budgets };
        _lint = new LintStage(time);
        Sampler = new Sampler(store, options.Sampling, time);
        _pipeline = new IngestPipeline(store, options, Sampler, _spanMetrics, _logMetrics, _volumes, _lint, Counters, time);
        var deltas = new DeltaAccumulator(options.Limits.DeltaSeries, time);
        _spans = new WorkPool<SpanWork>(() => new SpanWork(options.Limits));
        _logs = new WorkPool<LogWork>(() => new LogWork(options.Limits));
        var series = new SeriesCache(options.Limits.SeriesCacheBytes, time);
        _metrics = new WorkPool<MetricWork>(() => new MetricWork(options.Limits, deltas, series));
        Bodies = new BodyReader(options.Limits, new InflightBytes(options.Limits.MaxConcurrentBytes, Counters));
    }

    public IngestOptions Options { get; }

    public IngestCounters Counters { get; } = new();

    /// <summary>What is kept of traces and logs, and why.</summary>
    public Sampler Sampler { get; }

    internal BodyReader Bodies { get; }

    /// <summary>
    /// What services and metrics use of the budgets of active series, what was refused and which labels grow: the <paramref name="top"/> most refused and
    /// largest of each. Cheap, also while new series storm in.
    /// </summary>
    public SeriesBudgets Budgets(int top = 100) => _pipeline.Budgets(top);

    /// <summary>What services may send of logs and spans on one day; may be set at any time.</summary>
    public BudgetRules DailyBudgets
    {
        get => _volumes.Rules;
        set => _volumes.Rules = value;
    }

    /// <summary>Start of the UTC day that is counted, ms since the epoch.</summary>
    public long TodayMs => _volumes.TodayMs;

    /// <summary>What services have sent of logs and spans on this UTC day, and what was left out for it.</summary>
    public IReadOnlyList<DailyUse> DailyUse() => _volumes.Report();

    /// <summary>What each service sent of logs and spans from a time on, by the totals in the store, and since when they count; null: there are none.</summary>
    public Task<(IReadOnlyList<IngestedVolume> Volumes, long? FirstMs)> VolumesAsync(long fromMs, CancellationToken cancellationToken) =>
        VolumeRestore.ReadAsync(_store, fromMs, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);

    /// <summary>What makes the logs and spans of a service, or of all, worth less than they could be.</summary>
    public LintReport Lint(string? service = null) => _lint.Report(service);

    /// <summary>Sends spans made in this process through the pipeline. The batch is changed on the way.</summary>
    public ValueTask<IngestOutcome> IngestAsync(SpanBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(Signal.Traces, batch.Count, new RejectionTally(), tally => _pipeline.AppendAsync(batch, tally, cancellationToken));

    /// <summary>Sends log records made in this process through the pipeline. The batch is changed on the way.</summary>
    public ValueTask<IngestOutcome> IngestAsync(LogBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(Signal.Logs, batch.Count, new RejectionTally(), tally => _pipeline.AppendAsync(batch, tally, cancellationToken));

    /// <summary>Sends samples made in this process through the pipeline. The batch is changed on the way.</summary>
    public ValueTask<IngestOutcome> IngestAsync(MetricBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(Signal.Metrics, batch.Count, new RejectionTally(), tally => _pipeline.AppendAsync(batch, null, tally, cancellationToken));

    /// <summary>
    /// Takes up the log patterns that the store knows, so that they keep their ids; call it before records come in. A store that cannot be read costs the ids only.
    /// </summary>
    public async Task RestorePatternsAsync(CancellationToken cancellationToken)
    {
        if (!_store.Capabilities.Metrics)
            return;
        try
        {
            await PatternRestore.RunAsync(_store, _logMetrics.Patterns, cancellationToken);
        }
        catch (IOException e)
        {
            LogPatternsNotRestored(e);
        }
    }

    /// <summary>
    /// Counts again what came in on this day before the start; call it before records come in. A store that cannot be read costs the count only.
    /// </summary>
    public async Task RestoreVolumesAsync(CancellationToken cancellationToken)
    {
        if (!_store.Capabilities.Metrics)
            return;
        try
        {
            await VolumeRestore.RunAsync(_store, _volumes, cancellationToken);
        }
        catch (IOException e)
        {
            LogVolumesNotRestored(e);
        }
    }

    /// <summary>Takes up traces that were undecided at the end of the process before, and what it had decided; call it before spans come in.</summary>
    public async Task RestoreSamplingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Sampler.RestoreAsync(cancellationToken);
        }
        catch (IOException e)
        {
            LogSamplingNotRestored(e);
        }
    }

    /// <summary>A stored line of a pattern, or null when none is in memory.</summary>
    /// <param name="service">The service.</param>
    /// <param name="patternId">The id as it stands in the series of patterns.</param>
    public string? PatternExample(string service, string patternId) =>
        ulong.TryParse(patternId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? _logMetrics.Patterns.Example(Encoding.UTF8.GetBytes(service), id) : null;

    /// <summary>
    /// Forgets what is kept in memory of lines that have been deleted: the examples of patterns and of lint. Of an example nobody knows any more which record it was
    /// a part of, so all of the services go that the deletion may concern; the next lines make new ones.
    /// </summary>
    public void Forget(LogDeletion deletion)
    {
        var ofService = deletion.Matchers.Where(static matcher => matcher.Name == LabelNames.ServiceName).ToList();
        _logMetrics.Patterns.ForgetExamples(IsOf);
        _lint.ForgetExamples(Signal.Logs, IsOf);

        bool IsOf(string service) => ofService.TrueForAll(matcher => matcher.Matches(service));
    }

    /// <summary>Writes the metrics derived from spans and logs since the last time. Run by <see cref="SpanMetricsLoop"/>, and once more at the end.</summary>
    public async Task<IngestOutcome> FlushDerivedAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            _spanMetrics.Collect(_derivedBatch);
            _logMetrics.Collect(_derivedBatch);
            _volumes.Collect(_derivedBatch);
            var outcome = await AppendDerivedAsync(_derivedBatch.Batch, cancellationToken);
            await AppendPatternsAsync(isForced: false, cancellationToken);
            return outcome;
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>Writes the log patterns and their lines up to this moment, for whoever reads them from the store next.</summary>
    public async Task FlushPatternsAsync(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            await AppendPatternsAsync(isForced: true, cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task AppendPatternsAsync(bool isForced, CancellationToken cancellationToken)
    {
        // What a full store has refused is kept and sent again before anything newer is collected.
        if (_patternBatch.Batch.Count == 0)
            _logMetrics.CollectPatterns(_patternBatch, isForced);
        if (_patternBatch.Batch.Count == 0)
            return;
        var outcome = await AppendDerivedAsync(_patternBatch.Batch, cancellationToken);
        if (!outcome.IsStoreFull)
            _patternBatch.Batch.Clear();
    }

    private ValueTask<IngestOutcome> AppendDerivedAsync(MetricBatch batch, CancellationToken cancellationToken) =>
        AppendAsync(Signal.Metrics, batch.Count, new RejectionTally(), tally => _pipeline.AppendDerivedAsync(batch, tally, cancellationToken));

    internal ValueTask<IngestAnswer> OtlpTracesAsync(ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken) => SpansAsync(body, work =>
    {
        var failure = isJson ? work.Json.Transcode(body.Span, JsonSchema.Traces, work.Transcoded) : null;
        return failure ?? work.Otlp.Decode(isJson ? work.Transcoded.Span : body.Span, work.Batch, work.Tally);
    }, cancellationToken);

    internal ValueTask<IngestAnswer> ZipkinAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SpansAsync(body, work => work.Zipkin.Decode(body.Span, work.Batch, work.Tally), cancellationToken);

    internal ValueTask<IngestAnswer> JaegerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        SpansAsync(body, work => work.Jaeger.Decode(body.Span, work.Batch, work.Tally), cancellationToken);

    internal ValueTask<IngestAnswer> OtlpLogsAsync(ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken) => ArrivingLogsAsync(body, (work, nowNanos) =>
    {
        var failure = isJson ? work.Json.Transcode(body.Span, JsonSchema.Logs, work.Transcoded) : null;
        failure ??= work.Otlp.Decode(isJson ? work.Transcoded.Span : body.Span, nowNanos, work.Batch, work.Tally);
        work.WithoutTime = work.Otlp.WithoutTime;
        return failure;
    }, cancellationToken);

    internal ValueTask<IngestAnswer> LokiAsync(ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken) => LogsAsync(body.Length, work =>
        isJson ? work.LokiJson.Decode(body.Span, work.Batch, work.Tally) : work.LokiProto.Decode(body.Span, work.Batch, work.Tally), cancellationToken);

    internal async ValueTask<IngestAnswer> JsonLinesAsync(ReadOnlyMemory<byte> body, JsonLinesOptions options, CancellationToken cancellationToken)
    {
        var withoutTime = 0;
        var answer = await ArrivingLogsAsync(body, (work, nowNanos) =>
        {
            var failure = work.JsonLines.Decode(body.Span, options, nowNanos, work.Batch, work.Tally);
            withoutTime = work.WithoutTime = work.JsonLines.WithoutTime;
            return failure;
        }, cancellationToken);
        return answer with { Outcome = answer.Outcome is { } outcome ? outcome with { WithoutTime = withoutTime } : null };
    }

    internal ValueTask<IngestAnswer> SyslogAsync(SyslogFrames frames, CancellationToken cancellationToken) => LogsAsync(frames.Bytes, work =>
    {
        work.Syslog.Decode(frames, NowNanos, _time.LocalTimeZone, work.Batch, work.Tally);
        return null;
    }, cancellationToken);

    internal ValueTask<IngestAnswer> OtlpMetricsAsync(ReadOnlyMemory<byte> body, bool isJson, CancellationToken cancellationToken) => MetricsAsync(body, work =>
    {
        var failure = isJson ? work.Json.Transcode(body.Span, JsonSchema.Metrics, work.Transcoded) : null;
        return failure ?? work.Otlp.Decode(isJson ? work.Transcoded.Span : body.Span, work.Batch, work.Tally);
    }, cancellationToken);

    internal ValueTask<IngestAnswer> RemoteWriteAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        MetricsAsync(body, work => work.RemoteWrite.Decode(body.Span, work.Batch, work.Tally), cancellationToken);

    internal ValueTask<IngestAnswer> RemoteWriteV2Async(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        MetricsAsync(body, work => work.RemoteWriteV2.Decode(body.Span, work.Batch, work.Tally), cancellationToken);

    /// <summary>Takes logs that may say no time: they get that of the arrival, of the first one where a sender comes again because it had no answer.</summary>
    private async ValueTask<IngestAnswer> ArrivingLogsAsync(ReadOnlyMemory<byte> body, Func<LogWork, long, DecodeFailure?> decode, CancellationToken cancellationToken)
    {
        var nowNanos = _arrivals.Of(body.Span);
        var (isTimeless, isAnswered) = (false, false);
        void NotAnswered()
        {
            if (isTimeless)
                _arrivals.Unanswered(body.Span, nowNanos);
        }
        // Who goes away while the store is slow comes again before this is over.
        using var gone = cancellationToken.Register(NotAnswered);
        try
        {
            var answer = await LogsAsync(body.Length, work =>
            {
                var failure = decode(work, nowNanos);
                isTimeless = failure is null && work.WithoutTime > 0;
                return failure;
            }, cancellationToken);
            isAnswered = !cancellationToken.IsCancellationRequested && answer.Outcome is not ({ IsStoreFull: true } or { IsAllRetryable: true });
            return answer;
        }
        finally
        {
            if (isAnswered)
                _arrivals.Answered(body.Span);
            else
                NotAnswered();
        }
    }

    private ValueTask<IngestAnswer> SpansAsync(ReadOnlyMemory<byte> body, Func<SpanWork, DecodeFailure?> decode, CancellationToken cancellationToken) =>
        TakeAsync(Signal.Traces, body.Length, _spans, decode, work => _pipeline.AppendAsync(work.Batch, work.Tally, cancellationToken));

    private ValueTask<IngestAnswer> LogsAsync(int bodyBytes, Func<LogWork, DecodeFailure?> decode, CancellationToken cancellationToken) =>
        TakeAsync(Signal.Logs, bodyBytes, _logs, decode, work => _pipeline.AppendAsync(work.Batch, work.Tally, cancellationToken));

    private ValueTask<IngestAnswer> MetricsAsync(ReadOnlyMemory<byte> body, Func<MetricWork, DecodeFailure?> decode, CancellationToken cancellationToken) =>
        TakeAsync(Signal.Metrics, body.Length, _metrics, decode, work => _pipeline.AppendAsync(work.Batch, work.Known, work.Tally, cancellationToken));

    private async ValueTask<IngestAnswer> TakeAsync<TWork>(Signal signal, int bodyBytes, WorkPool<TWork> pool, Func<TWork, DecodeFailure?> decode, Func<TWork, ValueTask<IngestOutcome>> append)
        where TWork : IngestWork
    {
        Counters.Request(signal, bodyBytes);
        var work = pool.Rent();
        var failure = decode(work);
        var outcome = failure is not null ? null : await AppendAsync(signal, work.Count, work.Tally, _ => append(work));
        var isKept = work.IsWorthKeeping;
        work.Clear();
        if (isKept)
            pool.Return(work);
        return Answer(failure, outcome);
    }

    private async ValueTask<IngestOutcome> AppendAsync(Signal signal, int count, RejectionTally tally, Func<RejectionTally, ValueTask<IngestOutcome>> append)
    {
        IngestOutcome outcome;
        try
        {
            outcome = await append(tally);
        }
        catch (IOException e)
        {
            // A store says what it refuses in its result; an exception of the disk reaches the sender as "again later", never as success.
            LogStoreFailed(e, signal);
            outcome = new IngestOutcome(0, [new Rejection(RejectReason.DiskFull, Math.Max(1, count), $"the store failed: {e.Message}")]);
        }
        Counters.Outcome(signal, outcome, tally.RepairedTexts);
        return outcome;
    }

    private IngestAnswer Answer(DecodeFailure? failure, IngestOutcome? outcome)
    {
        if (failure is not null)
            Counters.Malformed();
        return new IngestAnswer(failure, outcome);
    }

    private long NowNanos => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
