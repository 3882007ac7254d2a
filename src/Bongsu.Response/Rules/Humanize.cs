using System.Globalization;

namespace Bongsu.Response.Rules;

/// <summary>Figures as Prometheus' humanize functions write them.</summary>
internal static class Humanize
{
    private static readonly string[] Large = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
    private static readonly string[] LargeBinary = ["", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    private static readonly string[] Small = ["", "m", "u", "n", "p", "f", "a", "z", "y"];

    public static string Metric(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return Short(value);
        return Math.Abs(value) >= 1 ? Scaled(value, 1000, Large) : ScaledDown(value);
    }

    public static string Binary(double value) => Math.Abs(value) <= 1 || !double.IsFinite(value) ? Short(value) : Scaled(value, 1024, LargeBinary);

    public static string Percentage(double ratio) => Short(ratio * 100) + "%";

    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return Short(seconds);
        if (seconds == 0)
            return "0s";
        if (Math.Abs(seconds) < 1)
            return ScaledDown(seconds) + "s";
        var sign = seconds < 0 ? "-" : "";
        var whole = (long)Math.Abs(seconds);
        var (days, hours, minutes) = (whole / 86400, whole / 3600 % 24, whole / 60 % 60);
        if (days > 0)
            return $"{sign}{days}d {hours}h {minutes}m {whole % 60}s";
        if (hours > 0)
            return $"{sign}{hours}h {minutes}m {whole % 60}s";
        return minutes > 0 ? $"{sign}{minutes}m {whole % 60}s" : $"{sign}{Short(Math.Abs(seconds))}s";
    }

    private static string Scaled(double value, double step, string[] prefixes)
    {
        var power = 0;
        while (Math.Abs(value) >= step && power < prefixes.Length - 1)
        {
            value /= step;
            power++;
        }
        return Short(value) + prefixes[power];
    }

    private static string ScaledDown(double value)
    {
        var power = 0;
        while (Math.Abs(value) < 1 && power < Small.Length - 1)
        {
            value *= 1000;
            power++;
        }
        return Short(value) + Small[power];
    }

    private static string Short(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("G4", CultureInfo.InvariantCulture);
}
