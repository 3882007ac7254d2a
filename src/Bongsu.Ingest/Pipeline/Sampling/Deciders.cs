namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Who decides beside the policies of a plan: indexes of the first tallies of a sampler.</summary>
internal static class Deciders
{
    public const short KeepErrors = 0;
    public const short KeepSlow = 1;
    public const short Head = 2;
    /// <summary>No policy wanted the trace.</summary>
    public const short NotSampled = 3;
    public const short TooLarge = 4;
    /// <summary>Decided before a restart, nobody remembers by whom.</summary>
    public const short BeforeRestart = 5;

    public static List<PolicyTally> NewTallies() =>
    [
        new("keep_errors", ""), new("keep_slow", ""), new("head", ""), new("not_sampled", ""), new("maximum_trace_size", ""), new("before_restart", ""),
    ];
}
