namespace Bongsu.Telemetry.Metrics;

/// <summary>
/// Neighbouring floats of one series, folded: what a function of a wide range needs of them instead of the samples. Staleness markers are not part of a
/// run. Immutable.
/// </summary>
/// <param name="FirstMs">Time of the first sample, ms since the epoch.</param>
/// <param name="LastMs">Time of the last; the first when it is the only one.</param>
/// <param name="Count">Samples, 1 or more.</param>
/// <param name="First">Value of the first sample.</param>
/// <param name="Last">Value of the last.</param>
/// <param name="Sum">Sum of the values.</param>
/// <param name="Min">Least value, of those that are numbers; NaN when none is.</param>
/// <param name="Max">Greatest value, likewise.</param>
/// <param name="Resets">How often a value is below the one before it: what a counter does when it starts again.</param>
/// <param name="ResetAmount">Sum of the values before the resets: what the counter had counted then.</param>
public readonly record struct SampleRun(
    long FirstMs, long LastMs, long Count, double First, double Last, double Sum, double Min, double Max, long Resets, double ResetAmount)
{
    /// <summary>A run of one sample.</summary>
    public static SampleRun Of(long timeMs, double value) => new(timeMs, timeMs, 1, value, value, value, value, value, 0, 0);

    /// <summary>This run and the one that follows it, as one; a reset between the two counts.</summary>
    public SampleRun Then(in SampleRun next)
    {
        var resets = next.First < Last;
        return new SampleRun(
            FirstMs, next.LastMs, Count + next.Count, First, next.Last, Sum + next.Sum, LeastNumber(Min, next.Min), GreatestNumber(Max, next.Max),
            Resets + next.Resets + (resets ? 1 : 0), ResetAmount + next.ResetAmount + (resets ? Last : 0));
    }

    private static double LeastNumber(double a, double b) => b < a || double.IsNaN(a) ? b : a;

    private static double GreatestNumber(double a, double b) => b > a || double.IsNaN(a) ? b : a;
}
