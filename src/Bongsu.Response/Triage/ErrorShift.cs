namespace Bongsu.Response.Triage;

/// <summary>
/// A test on counts of failed requests. Given how many failed in both times together, the later time's part is binomial with its part of the requests
/// if nothing changed; counts are first divided by how much the healthy time itself varies.
/// </summary>
internal static class ErrorShift
{
    public static Shift Measure(ReadOnlySpan<double> failedBefore, ReadOnlySpan<double> requestsBefore, ReadOnlySpan<double> failedAfter, ReadOnlySpan<double> requestsAfter)
    {
        double x0 = Sum(failedBefore), n0 = Sum(requestsBefore), x1 = Sum(failedAfter), n1 = Sum(requestsAfter);
        if (n1 <= 0)
            return Shift.None;
        var ratio = n0 > 0 ? x0 / n0 : 0;
        var spread = Spread(failedBefore, requestsBefore, ratio);
        // What was never called before is compared with as many requests that all went well.
        var part = n0 > 0 ? n1 / (n0 + n1) : 0.5;
        var expected = (x0 + x1) * part;
        var z = (x1 - expected) / Math.Sqrt(Math.Max(expected * (1 - part) * spread, 0.25));
        return new Shift(ratio, x1 / n1, n1, x1 - (ratio * n1), z, BinomialTail(x1 / spread, (x0 + x1) / spread, part));
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

    /// <summary>At least P(X ≥ x) of a binomial count: Chernoff's bound, which is finite for any size. Counts need not be whole.</summary>
    internal static double BinomialTail(double x, double count, double chance)
    {
        if (x <= 0 || count <= 0)
            return 1;
        var share = Math.Min(1, x / count);
        if (share <= chance)
            return 1;
        var divergence = (share * Math.Log(share / chance)) + (share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - chance)) : 0);
        return Math.Exp(-count * divergence);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
