namespace Bongsu.Response.Triage;

/// <summary>Statistics that a few wild values do not move.</summary>
internal static class Robust
{
    // MAD of a normal distribution is 0.6745 of its standard deviation.
    private const double MadToDeviation = 1.4826;

    /// <summary>0 for no values.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return 0;
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Standard deviation by the median of absolute deviations.</summary>
    public static double Deviation(ReadOnlySpan<double> values, double median)
    {
        var distances = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            distances[i] = Math.Abs(values[i] - median);
        return MadToDeviation * Median(distances);
    }
}
