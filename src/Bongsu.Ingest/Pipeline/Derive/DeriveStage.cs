using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>
/// Counts stored spans into span metrics and the service graph, and stored log records by level and pattern. Why once stored: what is refused and sent again
/// counts once, and nothing is kept of it that was not redacted.
/// </summary>
internal sealed class DeriveStage(SpanMetrics spans, LogMetrics logs) : ITelemetryProcessor
{
    public void Process(SpanBatch batch, RejectionTally tally) { }

    public void Process(LogBatch batch, RejectionTally tally) { }

    public void Process(MetricBatch batch, RejectionTally tally) { }

    public void Stored(SpanBatch batch) => spans.Observe(batch);

    public void Stored(LogBatch batch) => logs.Observe(batch);
}
