using System.Globalization;
using System.Text;

namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>Durations in labels, as Prometheus writes them: <c>1m30s</c>. Units in descending order, each at most once.</summary>
internal static class ScrapeDuration
{
    private static readonly (string Unit, long Ms)[] s_units =
        [("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text == "0")
            return true;
        long totalMs = 0;
        var unit = 0;
        var at = 0;
        while (at < text.Length)
        {
            var digits = Run(text, at, char.IsAsciiDigit);
            var letters = Run(text, at + digits, char.IsAsciiLetter);
            if (digits is 0 or > 10 || letters == 0)
                return false;
            var name = text.Substring(at + digits, letters);
            var found = Array.FindIndex(s_units, unit, u => u.Unit == name);
            if (found < 0)
                return false;
            totalMs += long.Parse(text.AsSpan(at, digits), CultureInfo.InvariantCulture) * s_units[found].Ms;
            if (totalMs > s_units[0].Ms * 1000)
                return false;
            unit = found + 1;
            at += digits + letters;
        }
        duration = TimeSpan.FromMilliseconds(totalMs);
        return at > 0;
    }

    public static string Format(TimeSpan duration)
    {
        var leftMs = (long)duration.TotalMilliseconds;
        if (leftMs == 0)
            return "0s";
        var text = new StringBuilder();
        // Weeks and years only where they say all of it, as Prometheus writes them.
        foreach (var (unit, ms) in s_units)
        {
            if (leftMs < ms || (unit is "y" or "w" && leftMs % ms != 0))
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{leftMs / ms}{unit}");
            leftMs %= ms;
        }
        return text.ToString();
    }

    private static int Run(string text, int from, Func<char, bool> wanted)
    {
        var length = 0;
        while (from + length < text.Length && wanted(text[from + length]))
            length++;
        return length;
    }
}
