using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>
/// Leaves out what sampling does not keep. What it leaves out is marked so that the derive stage behind it counts it all the same. Thread-safe.
/// </summary>
internal sealed class SamplingStage(Sampler sampler) : ITelemetryProcessor
{
    public void Process(SpanBatch batch, RejectionTally tally) => sampler.Traces.Admit(batch);

    public void Process(LogBatch batch, RejectionTally tally) => sampler.Logs.Admit(batch);

    // Metrics are aggregates already: leaving samples out would make them wrong, not fewer.
    public void Process(MetricBatch batch, RejectionTally tally) { }

    public void Stored(SpanBatch batch) => sampler.Traces.Observe(batch);
}
