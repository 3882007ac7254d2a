using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>A range function of the folded samples of a window.</summary>
/// <param name="Figures">What it looks at.</param>
/// <param name="Of">Its value; the staleness marker when there is none.</param>
internal sealed record RunFunction(RunFigures Figures, RunFunction.Value Of)
{
    public delegate double Value(in RunFold fold, long beginMs, long endMs);

    // Why the extremes: they tell whether a sum may have lost something.
    private const RunFigures Sums = RunFigures.Sum | RunFigures.Extremes;
    private const RunFigures Increases = RunFigures.Resets | RunFigures.Extremes;

    /// <summary>The function of that name, or null when runs do not say enough.</summary>
    public static RunFunction? Find(string name) => name switch
    {
        "rate" => new RunFunction(Increases, static (in RunFold fold, long begin, long end) => Counter(fold, begin, end, isRate: true)),
        "increase" => new RunFunction(Increases, static (in RunFold fold, long begin, long end) => Counter(fold, begin, end, isRate: false)),
        "delta" => new RunFunction(RunFigures.None, Delta),
        "resets" => new RunFunction(RunFigures.Resets, static (in RunFold fold, long _, long _) => fold.Run.Resets),
        "sum_over_time" => new RunFunction(Sums, static (in RunFold fold, long _, long _) => fold.Sum),
        "avg_over_time" => new RunFunction(Sums, static (in RunFold fold, long _, long _) => fold.Mean),
        "min_over_time" => new RunFunction(RunFigures.Extremes, static (in RunFold fold, long _, long _) => fold.Run.Min),
        "max_over_time" => new RunFunction(RunFigures.Extremes, static (in RunFold fold, long _, long _) => fold.Run.Max),
        "count_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, long _, long _) => fold.Run.Count),
        "present_over_time" => new RunFunction(RunFigures.None, static (in RunFold _, long _, long _) => 1),
        "last_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, long _, long _) => fold.Run.Last),
        "first_over_time" => new RunFunction(RunFigures.None, static (in RunFold fold, long _, long _) => fold.Run.First),
        _ => null,
    };

    private static double Counter(in RunFold fold, long beginMs, long endMs, bool isRate)
    {
        var run = fold.Run;
        if (run.Count < 2)
            return SampleValues.StaleNaN;
        var change = run.Resets == 0 ? run.Last - run.First : fold.Increase;
        var extrapolation = new Extrapolation(run.FirstMs, run.LastMs, run.Count, beginMs, endMs, isRate, fold.RollupMs(beginMs));
        return change * (Extrapolation.IsNearZero(change, run.First) ? extrapolation.CounterFactor(change, run.First) : extrapolation.Factor);
    }

    private static double Delta(in RunFold fold, long beginMs, long endMs)
    {
        var run = fold.Run;
        if (run.Count < 2)
            return SampleValues.StaleNaN;
        return (run.Last - run.First) * new Extrapolation(run.FirstMs, run.LastMs, run.Count, beginMs, endMs, isRate: false, fold.RollupMs(beginMs)).Factor;
    }
}
