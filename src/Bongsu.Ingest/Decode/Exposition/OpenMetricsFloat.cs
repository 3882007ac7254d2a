using System.Globalization;

namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>
/// Numbers as label values: bounds of buckets and quantiles get one spelling, that of OpenMetrics, however the target wrote them; as Prometheus 3 does,
/// so that a query finds a bucket whatever form it was scraped in. Pure.
/// </summary>
internal static class OpenMetricsFloat
{
    // From these powers of ten on Go's shortest form, which OpenMetrics examples and Prometheus follow, has an exponent.
    private const int LeastPlainExponent = -4;
    private const int FirstLongExponent = 6;

    /// <summary>The spelling of a bound: <c>1.0</c>, <c>0.5</c>, <c>1e+06</c>, <c>+Inf</c>.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "+Inf" : "-Inf";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";
        var sign = value < 0 ? "-" : "";
        var (digits, exponent) = Shortest(Math.Abs(value));
        if (exponent is < LeastPlainExponent or >= FirstLongExponent)
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        var whole = digits.PadRight(exponent + 1, '0');
        return $"{sign}{whole[..(exponent + 1)]}.{(whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0")}";
    }

    /// <summary>The fewest digits that read back, without zeros around them, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Shortest(double value)
    {
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var end = shortest.IndexOf('E', StringComparison.Ordinal);
        var digits = (end < 0 ? shortest : shortest[..end]).Replace(".", "", StringComparison.Ordinal).Trim('0');
        return (digits, int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }
}
