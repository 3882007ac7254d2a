using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Decides what is kept. Everything is, and the stage says how much passed it; a policy takes its place here. Thread-safe.</summary>
internal sealed class SamplingStage : ITelemetryProcessor
{
    private long _kept;

    public long Kept => Interlocked.Read(ref _kept);

    public void Process(SpanBatch batch, RejectionTally tally) => Interlocked.Add(ref _kept, batch.Count);

    public void Process(LogBatch batch, RejectionTally tally) => Interlocked.Add(ref _kept, batch.Count);

    // Metrics are aggregates already: leaving samples out would make them wrong, not fewer.
    public void Process(MetricBatch batch, RejectionTally tally) { }
}
