namespace Bongsu.Response.Slos;

/// <summary>
/// Tells chance from trouble at low traffic: ten requests an hour and one failure burn a 99.9 % budget a hundred times too fast and mean nothing.
/// The burn is believed when at least three events are bad and as many would be seen with a probability below 1e-4 if the service failed exactly
/// as often as its budget allows. From some 300 requests an hour on it costs no time to detect; below, it removes false pages.
/// </summary>
internal static class PoissonGuard
{
    public const int MinBadEvents = 3;
    public const double Significance = 1e-4;

    public static bool Passes(double badEvents, double totalEvents, double errorBudget) =>
        badEvents >= MinBadEvents && TailProbability(Math.Floor(badEvents), totalEvents * errorBudget) < Significance;

    /// <summary>P(X ≥ <paramref name="count"/>) of a Poisson distribution; 1 when the count is not above the mean, where nobody needs the exact figure.</summary>
    public static double TailProbability(double count, double mean)
    {
        if (count <= mean || count <= 0)
            return 1;
        if (mean <= 0)
            return 0;
        // Why: above this mean the sum gets long and the normal approximation is exact to far less than the factor that would matter here.
        if (mean > 100_000)
            return NormalTail((count - 0.5 - mean) / Math.Sqrt(mean));
        var term = Math.Exp((count * Math.Log(mean)) - mean - LogFactorial(count));
        var sum = 0.0;
        for (var k = count + 1; term > 0 && k < count + 1_000_000; k++)
        {
            sum += term;
            if (term < sum * 1e-12)
                break;
            term *= mean / k;
        }
        return Math.Min(1, sum);
    }

    /// <summary>P(X ≤ <paramref name="count"/>) of a Poisson distribution.</summary>
    public static double HeadProbability(double count, double mean)
    {
        if (count < 0)
            return 0;
        // exp(-mean) has vanished, and so has the head, unless the count is near the mean.
        if (mean > 700)
            return count >= mean - (3 * Math.Sqrt(mean)) ? 1 : 0;
        var term = Math.Exp(-mean);
        var sum = term;
        for (var k = 1; k <= count && k < 10_000; k++)
        {
            term *= mean / k;
            sum += term;
        }
        return Math.Min(1, sum);
    }

    /// <summary>Stirling's series; its error at 3, the smallest count that matters, is below 1e-6.</summary>
    private static double LogFactorial(double n)
    {
        var x = n + 1;
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12 * x)) - (1 / (360 * x * x * x));
    }

    /// <summary>Upper tail of the standard normal distribution, by its continued asymptotic bound (z above 3) or 1 below it: only tails under 1e-4 decide.</summary>
    private static double NormalTail(double z) =>
        z < 3 ? 1 : Math.Exp(-z * z / 2) / (z * Math.Sqrt(2 * Math.PI)) * (1 - (1 / (z * z)) + (3 / Math.Pow(z, 4)));
}
