using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>A range function of the folded samples of a window.</summary>
/// <param name="Figures">What it looks at.</param>
/// <param name="Of">Its value; the staleness marker when there is none.</param>
internal sealed record RunFunction(RunFigures Figures, RunFunction.Value Of)
{
    public delegate double Value(in RunFold fold, in RunWindow window);

    // Why the extremes: they tell whether a sum may have lost something.
    private const RunFigures Sums = RunFigures.Sum | RunFigures.Extremes;
    private const RunFigures Increases = RunFigures.Resets | RunFigures.Extremes;

    /// <summary>The function of that name, or null when runs do not say enough.</summary>
    public static RunFunction? Find(string name) => name switch
    {
        "rate" => new RunFunction(Increases, static (in RunFold fold, in RunWindow window) => Counter(fold, window, isRate: true)),
        "increase" => new RunFunction(Increases, static (in RunFold fold, in RunWindow window) => Counter(fold, window, isRate: false)),
        "delta" => new RunFunction(RunFigures.None, Delta),
        "resets" => new RunFunction(RunFigures.Resets, static (in RunFold fold, in RunWindow _) => fold.Run.Resets),
        "sum_over_time" => new RunFunction(Sums, static (in RunFold fold, in RunWindow _) => fold.Sum),
        "avg_over_time" => new RunFunction(Sums, static (in RunFold fold, in RunWindow _) => fold.Mean),
        "min_over_time" => new RunFunction(RunFigures.Extremes, static (in RunFold fold, in RunWindow _) => fold.Run.Min),
        "max_over_time" => new RunFunction(RunFigures.Extremes, static (in RunFold fold, in RunWindow _) => fold.Run.Max),
        "count_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, in RunWindow _) => fold.Run.Count),
        "present_over_time" => new RunFunction(RunFigures.None, static (in RunFold _, in RunWindow _) => 1),
        "last_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, in RunWindow _) => fold.Run.Last),
        "first_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, in RunWindow _) => fold.Run.First),
        _ => null,
    };

    private static double Counter(in RunFold fold, in RunWindow window, bool isRate)
    {
        var run = fold.Run;
        if (run.Count < 2)
            return SampleValues.StaleNaN;
        var change = run.Resets == 0 ? run.Last - run.First : fold.Increase;
        var extrapolation = Extrapolated(fold, window, isRate);
        return change * (Extrapolation.IsNearZero(change, run.First) ? extrapolation.CounterFactor(change, run.First) : extrapolation.Factor);
    }

    private static double Delta(in RunFold fold, in RunWindow window) =>
        fold.Run.Count < 2 ? SampleValues.StaleNaN : (fold.Run.Last - fold.Run.First) * Extrapolated(fold, window, isRate: false).Factor;

    private static Extrapolation Extrapolated(in RunFold fold, in RunWindow window, bool isRate) =>
        new(fold.Run.FirstMs, fold.Run.LastMs, fold.Run.Count, window.BeginMs, window.EndMs, isRate, fold.RollupMs(window));
}
