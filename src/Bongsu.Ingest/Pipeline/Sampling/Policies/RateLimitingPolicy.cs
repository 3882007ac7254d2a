namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>rate_limiting</c>: spans a second, with bursts.</summary>
public sealed class RateLimitingPolicy(string name, long spansPerSecond, long burst) : SamplingPolicy(name, "rate_limiting")
{
    private readonly TokenBucket _bucket = new(spansPerSecond, burst);

    public override Verdict Evaluate(in TraceFacts trace) => _bucket.TryTake(trace.Spans, trace.NowMs) ? Verdict.Sampled : Verdict.NotSampled;
}
