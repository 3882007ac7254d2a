using Bongsu.Telemetry.Metrics;

namespace Bongsu.Query.PromQL.Kernels;

/// <summary>Neighbouring runs as one, with sums that are compensated from run to run.</summary>
internal struct RunFold
{
    // Why: rounding is off by half of the last of 53 bits at most, and what is said of a value is good to 1e-12.
    private static readonly double Rounding = Math.ScaleB(1, -53);
    private const double Tolerance = 1e-12;

    private SampleRun _run;
    private KahanSum _sum;
    private KahanSum _resetAmount;
    private long _firstRunEndsMs;

    public static RunFold Of(in SampleRun run)
    {
        var fold = new RunFold { _run = run, _firstRunEndsMs = run.LastMs };
        fold._sum.Add(run.Sum);
        fold._resetAmount.Add(run.ResetAmount);
        return fold;
    }

    /// <summary>First and last sample, count, extremes and resets; the sums are those of this fold.</summary>
    public readonly SampleRun Run => _run;

    public readonly double Sum => _sum.Total;

    public readonly double Mean => _sum.Total / _run.Count;

    /// <summary>By how much a counter grew: what it had counted at resets counts.</summary>
    public readonly double Increase
    {
        get
        {
            // Why: what is added for resets may nearly cancel what the last value is below the first.
            var change = new KahanSum();
            change.Add(_run.Last);
            change.Add(-_run.First);
            change.Add(_resetAmount);
            return change.Total;
        }
    }

    /// <summary>
    /// How long the rollup is that begins before the window and ends in it, where no sample is kept at the end either; 0 else. Where it does not stick out, the
    /// window most likely ends with a rollup too, and what is missing at its end is a gap. Samples never stick out: their runs end at cuts.
    /// </summary>
    public readonly long RollupMs(in RunWindow window) => _run.FirstMs > window.BeginMs || _run.LastMs >= window.RawFromMs
        ? 0
        : _firstRunEndsMs - _run.FirstMs + (_run.LastMs - _run.FirstMs) / Math.Max(1, _run.Count - 1);

    public readonly RunFold Then(in RunFold next)
    {
        var joined = new RunFold { _run = _run.Then(next._run), _sum = _sum, _resetAmount = _resetAmount, _firstRunEndsMs = _firstRunEndsMs };
        joined._sum.Add(next._sum);
        joined._resetAmount.Add(next._resetAmount);
        if (next._run.First < _run.Last)
            joined._resetAmount.Add(_run.Last);
        return joined;
    }

    /// <summary>
    /// Whether the plain sums within the runs may have lost more than 1e-12 of what is asked for: large values of both signs that nearly cancel, a counter that
    /// had counted far more before its resets than since, a sum that does not fit. Rounding walks at random: over n additions it goes √n steps.
    /// </summary>
    /// <param name="figures">What is asked for; sums of values or of resets with the extremes, or nothing is lost.</param>
    public readonly bool MayLose(RunFigures figures)
    {
        const RunFigures sums = RunFigures.Sum | RunFigures.Extremes;
        const RunFigures resets = RunFigures.Resets | RunFigures.Extremes;
        return (figures & sums) == sums ? MayLose(_run.Count, _sum.Total, _sum.Total)
            : (figures & resets) == resets && _run.Resets > 1 && MayLose(_run.Resets, _resetAmount.Total, Increase);
    }

    // Of values of one sign no partial sum is larger than the whole.
    private readonly bool MayLose(long additions, double sum, double result)
    {
        if (!double.IsFinite(sum) || !double.IsFinite(result))
            return true;
        var isOneSign = !(_run.Min < 0) || !(_run.Max > 0);
        var largest = isOneSign ? Math.Abs(sum) : additions * Math.Max(-_run.Min, _run.Max);
        return Math.Sqrt(additions) * Rounding * largest > Tolerance * Math.Abs(result);
    }
}
