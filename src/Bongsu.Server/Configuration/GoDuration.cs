using System.Globalization;

namespace Bongsu.Server.Configuration;

/// <summary>Durations as collectors write them: <c>10s</c>, <c>1m30s</c>, <c>1.5s</c>, <c>0s</c>; <c>0</c> alone.</summary>
internal static class GoDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        var (at, seconds) = (0, 0.0);
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            var unitAt = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
                at++;
            double unit = text[unitAt..at] switch { "ns" => 1e-9, "us" or "µs" => 1e-6, "ms" => 1e-3, "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
            if (unit == 0 || !double.TryParse(text[start..unitAt], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) || (seconds += count * unit) > 1e9)
                return false;
        }
        duration = TimeSpan.FromSeconds(seconds);
        return text.Length > 0;
    }
}
