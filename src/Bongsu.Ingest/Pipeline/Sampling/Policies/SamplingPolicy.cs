namespace Bongsu.Ingest.Pipeline.Sampling.Policies;

/// <summary>One policy of the tail sampler. Not thread-safe: some count what they let through.</summary>
/// <param name="name">As its owner calls it.</param>
/// <param name="type">As the collector calls its kind.</param>
public abstract class SamplingPolicy(string name, string type)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public abstract Verdict Evaluate(in TraceFacts trace);
}
