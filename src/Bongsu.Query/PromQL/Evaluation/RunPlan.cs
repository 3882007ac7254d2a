using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// A range function that folds runs: where its windows cut them. Immutable; all workers share it.
///
/// The rule: runs are folded where there is <see cref="PromQlOptions.RunStretch"/> of time or more for each begin or end of a window. What a store has added up
/// are chunks, some two hours at 15 s. One that no window's edge parts costs a tenth of decoding it; one that is parted costs up to a quarter more than with a
/// kernel, since its samples are decoded and then folded (see RunQueryBenchmark). The two are even where the edges are a little further apart than a chunk is
/// long. So a window of five hours or more that is looked at once goes by runs, and so do windows that are hours apart; windows that overlap step by step stay
/// with the kernels, which pass each sample once. Where only rollups are left there is no choice: runs say what those come to, and samples do not.
/// </summary>
/// <param name="Function">What is made of a window.</param>
/// <param name="Windows">The window of each step.</param>
/// <param name="CutsMs">Begins and ends of all windows, ascending, each once.</param>
/// <param name="RawFromMs">Before it only rollups may be left.</param>
internal sealed record RunPlan(RunFunction Function, WindowGrid Windows, long[] CutsMs, long RawFromMs)
{
    // Why: what a store has added up already is mostly a chunk; 512 samples at 15 s.
    private const long ChunkMs = 512 * 15_000;

    /// <summary>Of some of the time only the rollups are left, so that samples tell less than runs.</summary>
    public bool IsOnlyWay => RawFromMs > Windows.BeginMs(0) + 1;

    /// <summary>Roughly the time over which samples are decoded: the chunks that are cut.</summary>
    public long SampledMs => Math.Min(Span(Windows), CutsMs.Length * ChunkMs);

    /// <summary>The plan, or null when samples and kernels are cheaper.</summary>
    public static RunPlan? Find(RangeOperation operation, ISeriesSelection selection, RangeSpec range, TimeGrid grid, PromQlOptions options)
    {
        var windows = range.Windows(grid);
        if (operation.OfRuns is not { } function || !operation.IsPure || !options.UseKernels || windows.Count == 0)
            return null;
        // Why: runs do not say when a counter began; rollups do not either, so nothing is lost there.
        var areCheaper = !operation.UsesStartTimes && Span(windows) / CutCount(windows) >= options.RunStretch.TotalMilliseconds;
        var plan = new RunPlan(function, windows, [], selection.RawFromMs);
        return areCheaper || plan.IsOnlyWay ? plan with { CutsMs = Cuts(windows) } : null;
    }

    private static long Span(WindowGrid windows) => windows.EndMs(windows.Count - 1) - windows.BeginMs(0);

    // A begin is the end of an earlier window where the range is a multiple of the step.
    private static long CutCount(WindowGrid windows)
    {
        var begins = windows.RangeMs % windows.StepMs == 0 ? Math.Min(windows.Count, windows.RangeMs / windows.StepMs) : windows.Count;
        return windows.Count + begins;
    }

    private static long[] Cuts(WindowGrid windows)
    {
        var cuts = new long[CutCount(windows)];
        int begin = 0, end = 0;
        for (var i = 0; i < cuts.Length; i++)
        {
            cuts[i] = begin < windows.Count ? Math.Min(windows.BeginMs(begin), windows.EndMs(end)) : windows.EndMs(end);
            if (begin < windows.Count && windows.BeginMs(begin) == cuts[i])
                begin++;
            if (windows.EndMs(end) == cuts[i])
                end++;
        }
        return cuts;
    }
}
