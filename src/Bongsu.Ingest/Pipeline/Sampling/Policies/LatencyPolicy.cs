namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>latency</c>: from the earliest start to the latest end, in whole milliseconds, from a threshold on; with an upper one (0: none), above the first and up to it.</summary>
public sealed class LatencyPolicy(string name, long thresholdMs, long upperMs) : SamplingPolicy(name, "latency")
{
    public override Verdict Evaluate(in TraceFacts trace)
    {
        // Wide numbers: times of hostile senders lie further apart than a long holds.
        var durationMs = ((Int128)trace.EndNanos - trace.StartNanos) / 1_000_000;
        return (upperMs == 0 ? durationMs >= thresholdMs : durationMs > thresholdMs && durationMs <= upperMs) ? Verdict.Sampled : Verdict.NotSampled;
    }
}
