using Bongsu.Ingest.Decode.Known;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Pipeline.Derive;
using Bongsu.Ingest.Pipeline.Enrich;
using Bongsu.Ingest.Pipeline.Limits;
using Bongsu.Ingest.Pipeline.Lint;
using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline;

/// <summary>The way of every batch from a decoder to the store: the stages, in order, and then the append. Thread-safe.</summary>
internal sealed class IngestPipeline
{
    private readonly ITelemetryStore _store;
    private readonly ITelemetryProcessor[] _stages;
    private readonly CardinalityLimit _limit;

    public IngestPipeline(ITelemetryStore store, IngestOptions options, Sampler sampler, SpanMetrics spans, LogMetrics logs, VolumeTable volumes, LintStage lint, IngestCounters counters,
        TimeProvider time)
    {
        _store = store;
        _limit = new CardinalityLimit(options.Limits, time);
        ITelemetryProcessor?[] stages =
        [
            new EnrichStage(),
            options.Redact ? new RedactStage(options.Rules, counters) : null,
            lint,
            new SamplingStage(sampler),
            new BudgetStage(volumes),
            new DeriveStage(spans, logs),
            _limit,
        ];
        _stages = [.. stages.OfType<ITelemetryProcessor>()];
    }

    public SeriesBudgets Budgets(int top) => _limit.Report(top);

    public async ValueTask<IngestOutcome> AppendAsync(SpanBatch batch, RejectionTally tally, CancellationToken cancellationToken)
    {
        foreach (var stage in _stages)
            stage.Process(batch, tally);
        if (batch.Count == 0)
            return Outcome(0, tally, []);
        if (!_store.Capabilities.Spans)
            return Unsupported(batch.Count, "spans");
        var result = await _store.Spans.AppendAsync(batch, cancellationToken);
        // What was left out on purpose is counted too, also when it is all there was.
        if (result.Accepted > 0 || result.Rejections.Count == 0)
        {
            foreach (var stage in _stages)
                stage.Stored(batch);
        }
        return Outcome(result.Accepted, tally, result.Rejections);
    }

    public async ValueTask<IngestOutcome> AppendAsync(LogBatch batch, RejectionTally tally, CancellationToken cancellationToken)
    {
        foreach (var stage in _stages)
            stage.Process(batch, tally);
        if (batch.Count == 0)
            return Outcome(0, tally, []);
        if (!_store.Capabilities.Logs)
            return Unsupported(batch.Count, "logs");
        var result = await _store.Logs.AppendAsync(batch, cancellationToken);
        // What was left out on purpose is counted too, also when it is all there was.
        if (result.Accepted > 0 || result.Rejections.Count == 0)
        {
            foreach (var stage in _stages)
                stage.Stored(batch);
        }
        return Outcome(result.Accepted, tally, result.Rejections);
    }

    /// <summary>Series that the batch names by handle have been through the stages before. Those it names anew are learned once they are stored.</summary>
    public ValueTask<IngestOutcome> AppendAsync(MetricBatch batch, SeriesLookup? known, RejectionTally tally, CancellationToken cancellationToken)
    {
        foreach (var stage in _stages)
            stage.Process(batch, tally);
        return AppendMetricsAsync(batch, known, tally, cancellationToken);
    }

    /// <summary>Metrics that were derived from spans and logs: those were enriched and redacted, so only the limit stands before the store.</summary>
    public ValueTask<IngestOutcome> AppendDerivedAsync(MetricBatch batch, RejectionTally tally, CancellationToken cancellationToken)
    {
        _limit.Process(batch, tally);
        return AppendMetricsAsync(batch, null, tally, cancellationToken);
    }

    private async ValueTask<IngestOutcome> AppendMetricsAsync(MetricBatch batch, SeriesLookup? known, RejectionTally tally, CancellationToken cancellationToken)
    {
        if (batch.Count == 0 && batch.Metadata.Count == 0 && batch.Exemplars.Count == 0)
            return new IngestOutcome(0, [.. tally.Rejections]);
        if (!_store.Capabilities.Metrics)
            return Unsupported(batch.Count, "metrics");
        var result = await _store.Metrics.AppendAsync(batch, cancellationToken);
        if (known is not null && AreSeriesStored(result))
            known.Learn(batch);
        return new IngestOutcome(result.Accepted, [.. tally.With(result.Rejections)]) { Written = new WrittenCounts(result.Accepted - result.AcceptedHistograms, result.AcceptedHistograms, result.AcceptedExemplars) };
    }

    /// <summary>Whether all that the store refused was single samples for their time, so that each series of the batch has a place in the store.</summary>
    private static bool AreSeriesStored(AppendResult result)
    {
        foreach (var rejection in result.Rejections)
        {
            if (rejection.Reason is not (RejectReason.TooOld or RejectReason.TooFarInFuture))
                return false;
        }
        return result.Accepted > 0;
    }

    private static IngestOutcome Outcome(int accepted, RejectionTally tally, IReadOnlyList<Rejection> ofStore)
    {
        IReadOnlyList<Rejection> rejections = [.. tally.With(ofStore)];
        // What else was refused may be taken sooner.
        var isDaily = rejections.All(static rejection => rejection.Reason == RejectReason.DailyBudget);
        return new IngestOutcome(accepted, rejections) { RetryAfterSeconds = isDaily ? tally.RetryAfterSeconds : 0 };
    }

    private static IngestOutcome Unsupported(int count, string what) =>
        new(0, [new Rejection(RejectReason.Invalid, count, $"this store keeps no {what}")]);
}
