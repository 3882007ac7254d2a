namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Quantiles of plain numbers.</summary>
internal static class Quantiles
{
    /// <summary>NaN sorts first, as the smallest.</summary>
    public static void Sort(Span<double> values) => values.Sort();

    /// <summary>The φ-quantile of sorted values, between neighbours on a line.</summary>
    public static double Of(double q, ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty || double.IsNaN(q))
            return double.NaN;
        if (q < 0)
            return double.NegativeInfinity;
        if (q > 1)
            return double.PositiveInfinity;
        var rank = q * (sorted.Length - 1);
        var lower = (int)Math.Floor(rank);
        var upper = Math.Min(sorted.Length - 1, lower + 1);
        var weight = rank - lower;
        return sorted[lower] * (1 - weight) + sorted[upper] * weight;
    }
}
