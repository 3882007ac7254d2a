using System.Globalization;

namespace Bongsu.Server.Configuration;

/// <summary>Durations and sizes as people write them in flags.</summary>
public static class Units
{
    /// <summary>A number and one unit of ms, s, m, h, d, w, y (365 days); "0" alone is zero. At most 1,000 years.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        var (number, unit) = Split(text);
        double seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86_400, "w" => 604_800, "y" => 31_536_000, _ => 0 };
        if (seconds == 0 || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return false;
        if (count * seconds > 1000 * 31_536_000.0)
            return false;
        duration = TimeSpan.FromSeconds(count * seconds);
        return true;
    }

    /// <summary>A number and one unit of B, KiB, MiB, GiB, TiB, or KB, MB, GB, TB (powers of 1,000); a bare number is bytes. At most 2^60.</summary>
    public static bool TryParseBytes(string text, out long bytes)
    {
        bytes = 0;
        var (number, unit) = Split(text);
        double factor = unit switch
        {
            "" or "B" => 1,
            "KB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            "TB" => 1e12,
            "KiB" => 1L << 10,
            "MiB" => 1L << 20,
            "GiB" => 1L << 30,
            "TiB" => 1L << 40,
            _ => 0,
        };
        if (factor == 0 || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || count * factor > 1L << 60)
            return false;
        bytes = (long)(count * factor);
        return true;
    }

    private static (string Number, string Unit) Split(string text)
    {
        var at = 0;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        return (text[..at], text[at..].Trim());
    }
}
