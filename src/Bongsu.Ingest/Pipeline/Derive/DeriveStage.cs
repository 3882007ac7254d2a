using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counts stored spans into span metrics and the service graph. Why once stored: a span that is refused and sent again counts once.</summary>
internal sealed class DeriveStage(SpanMetrics metrics) : ITelemetryProcessor
{
    public void Process(SpanBatch batch, RejectionTally tally) { }

    public void Process(LogBatch batch, RejectionTally tally) { }

    public void Process(MetricBatch batch, RejectionTally tally) { }

    public void Stored(SpanBatch batch) => metrics.Observe(batch);
}
