namespace Bongsu.Query.PromQL.Kernels;

/// <summary>
/// A function of range vectors over the floats of one series, all its steps at once. Gives what the plain function gives for each window (the same bits,
/// or within 1e-12 where it says so). Keeps buffers between series: one for each thread.
/// </summary>
internal abstract class RangeKernel
{
    /// <summary>Fills every step of <paramref name="into"/>, steps without a result with the staleness marker.</summary>
    /// <param name="times">Ascending, in ms.</param>
    /// <param name="values">As many, without staleness markers.</param>
    /// <param name="isMonotonic">See <see cref="SampleScan.IsMonotonic"/>.</param>
    /// <param name="windows">The window of each step.</param>
    /// <param name="into">One entry a step.</param>
    /// <returns>Samples in all windows together: 0 when no window has one.</returns>
    public abstract long Run(ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isMonotonic, WindowGrid windows, Span<double> into);

    /// <summary>Asked when windows are gone through one by one, which may take long.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>A new kernel for a function, or null when it has none.</summary>
    public static RangeKernel? Find(string function, CancellationToken cancellation = default) => function switch
    {
        "rate" => new RateKernel(isCounter: true, isRate: true),
        "increase" => new RateKernel(isCounter: true, isRate: false),
        "delta" => new RateKernel(isCounter: false, isRate: false),
        "irate" => new LastPairKernel(isRate: true),
        "idelta" => new LastPairKernel(isRate: false),
        "sum_over_time" => new SumKernel(isMean: false) { Cancellation = cancellation },
        "avg_over_time" => new SumKernel(isMean: true) { Cancellation = cancellation },
        "min_over_time" => new ExtremeKernel(least: true),
        "max_over_time" => new ExtremeKernel(least: false),
        "count_over_time" or "present_over_time" or "last_over_time" or "first_over_time" => new EdgeKernel(function),
        "resets" or "changes" => new TransitionKernel(function == "resets"),
        _ => null,
    };

    /// <summary>Samples in all windows together, had every window the size of the largest that fits: an estimate of the plain way's work.</summary>
    protected static long PlainWork(ReadOnlySpan<long> times, WindowGrid windows)
    {
        var span = times[^1] - times[0] + 1;
        return (long)(times.Length * Math.Min(1.0, (double)windows.RangeMs / span) * windows.Count);
    }
}
