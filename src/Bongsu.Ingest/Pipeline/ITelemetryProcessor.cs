using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline;

/// <summary>
/// One stage of the pipeline. It may change records, mark them as dropped and count why in the tally. A batch belongs to the stage only during the
/// call. Thread-safe: batches of several requests pass at once.
/// </summary>
public interface ITelemetryProcessor
{
    void Process(SpanBatch batch, RejectionTally tally);

    void Process(LogBatch batch, RejectionTally tally);

    void Process(MetricBatch batch, RejectionTally tally);

    /// <summary>Called once a store has the batch: for stages that count, so that a request which is sent again after a refusal counts once.</summary>
    void Stored(SpanBatch batch) { }

    /// <inheritdoc cref="Stored(SpanBatch)"/>
    void Stored(LogBatch batch) { }
}
