namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What is kept of traces and logs. The default keeps everything. Immutable, but for what its policies count.</summary>
public sealed record SamplingPlan
{
    /// <summary>Null: every trace that the head lets in is kept.</summary>
    public TailPlan? Tail { get; init; }

    /// <summary>Share of traces that come in at all, by trace id.</summary>
    public double HeadRatio { get; init; } = 1;

    public IReadOnlyList<LogSamplingRule> Logs { get; init; } = [];

    /// <summary>Traces with an error are kept, unless a policy drops them.</summary>
    public bool KeepErrors { get; init; } = true;

    /// <summary>Traces with a span of at least this are kept, unless a policy drops them; zero: slow ones are as any other.</summary>
    public TimeSpan KeepSlow { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most memory for undecided traces and for decisions, half for each.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>An undecided trace that is larger is decided by what is known of it; zero: it waits as any other.</summary>
    public long MaxTraceBytes { get; init; } = 64L << 20;

    /// <summary>What of the configuration has no meaning here, to be told.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether it can be run.</summary>
    /// <exception cref="ArgumentException">Its policies look at more than the sampler holds.</exception>
    public void Check() => _ = new SamplingRun(this, static (_, _) => 0);
}
