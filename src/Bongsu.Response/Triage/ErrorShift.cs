namespace Bongsu.Response.Triage;

/// <summary>A test on counts of failed requests: Poisson, widened by how much the healthy time itself varies.</summary>
internal static class ErrorShift
{
    public static Shift Measure(ReadOnlySpan<double> failedBefore, ReadOnlySpan<double> requestsBefore, ReadOnlySpan<double> failedAfter, ReadOnlySpan<double> requestsAfter)
    {
        double x0 = Sum(failedBefore), n0 = Sum(requestsBefore), x1 = Sum(failedAfter), n1 = Sum(requestsAfter);
        if (n1 <= 0)
            return Shift.None;
        var ratio = n0 > 0 ? x0 / n0 : 0;
        // Half a failure more than seen: no healthy time is long enough to prove that none ever fails.
        var expected = n1 * Math.Min(1, (x0 + 0.5) / (n0 + 1));
        var spread = Spread(failedBefore, requestsBefore, ratio);
        var uncertainty = n0 > 0 ? 1 + (n1 / n0) : 2;
        var z = (x1 - expected) / Math.Sqrt(Math.Max(expected * spread * uncertainty, 0.25));
        // Widening counts by a factor keeps their shape: the tail of x/φ at λ/φ.
        var width = spread * (x0 >= 1 ? Math.Min(uncertainty, 4) : 1);
        return new Shift(ratio, x1 / n1, n1, x1 - (ratio * n1), z, PoissonTail(x1 / width, expected / width));
    }

    /// <summary>Variance over mean of the healthy bins; at least 1.</summary>
    private static double Spread(ReadOnlySpan<double> failed, ReadOnlySpan<double> requests, double ratio)
    {
        double chi = 0;
        var bins = 0;
        for (var i = 0; i < failed.Length; i++)
        {
            var expected = requests[i] * ratio;
            if (expected <= 0)
                continue;
            chi += (failed[i] - expected) * (failed[i] - expected) / expected;
            bins++;
        }
        return bins > 1 ? Math.Max(1, chi / (bins - 1)) : 1;
    }

    /// <summary>P(X ≥ x) for a Poisson count of the given mean; x need not be whole.</summary>
    internal static double PoissonTail(double x, double mean)
    {
        if (x <= 0)
            return 1;
        if (mean <= 0)
            return 0;
        if (x <= mean)
            return 0.5;
        // Chernoff's bound, e^-(x ln(x/m) - x + m): never too sure, and finite for any size.
        return Math.Exp(-((x * Math.Log(x / mean)) - x + mean));
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
