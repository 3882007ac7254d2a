namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary><c>bytes_limiting</c>: bytes a second, with bursts.</summary>
public sealed class BytesLimitingPolicy(string name, long bytesPerSecond, long burst) : SamplingPolicy(name, "bytes_limiting")
{
    private readonly TokenBucket _bucket = new(bytesPerSecond, burst);

    public override Verdict Evaluate(in TraceFacts trace) => _bucket.TryTake(trace.Bytes, trace.NowMs) ? Verdict.Sampled : Verdict.NotSampled;
}
