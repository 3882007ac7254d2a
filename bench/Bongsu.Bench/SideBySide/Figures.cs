namespace Bongsu.Bench.SideBySide;

/// <summary>Statistics of measured times.</summary>
internal static class Figures
{
    /// <summary>The value below which the given share of the values lies, by the nearest rank; NaN of nothing.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);
}
