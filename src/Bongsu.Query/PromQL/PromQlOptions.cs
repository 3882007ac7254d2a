namespace Bongsu.Query.PromQL;

/// <summary>Limits and defaults of PromQL evaluation.</summary>
public sealed record PromQlOptions
{
    /// <summary>How far back an instant selector looks for a sample.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A query that runs longer fails; waiting for its turn does not count.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Most samples one query may hold.</summary>
    public int MaxSamples { get; init; } = 50_000_000;

    /// <summary>Most series that the selectors of one query may find together.</summary>
    public int MaxSeries { get; init; } = 5_000_000;

    /// <summary>Most bytes that one query may hold in columns and results, as estimated.</summary>
    public long MaxMemoryBytes { get; init; } = 1L << 30;

    /// <summary>Most steps of a range query.</summary>
    public int MaxSteps { get; init; } = 11_000;

    /// <summary>
    /// Whether queries may use what Prometheus has behind feature flags: experimental functions and aggregations, info(), the modifiers fill, anchored and
    /// smoothed; and whether rates use the start timestamps of samples. Off: a query that uses one is refused.
    /// </summary>
    public bool Experimental { get; init; }

    /// <summary>Step of a subquery that names none.</summary>
    public TimeSpan DefaultSubqueryStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most threads that work on one query. The answer is the same whatever their number.</summary>
    public int MaxWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>From how much work on (roughly nanoseconds) a query is worth more than one thread.</summary>
    internal long ParallelWork { get; init; } = 150_000;

    /// <summary>False: the plain form of everything, one series and one window at a time. Tests compare the two.</summary>
    internal bool UseKernels { get; init; } = true;

    /// <summary>Range functions fold runs where there is this much time for each cut; see <see cref="Evaluation.RunPlan"/>. Zero: wherever they can.</summary>
    internal TimeSpan RunStretch { get; init; } = TimeSpan.FromHours(2.5);

    /// <summary>False: rates take no notice of start timestamps.</summary>
    internal bool UseStartTimes { get; init; } = true;

    /// <summary>Neighbouring series of an aggregation that are folded by themselves, at least, before the parts are put together.</summary>
    internal int SeriesPerRange { get; init; } = 256;
}
