using System.Globalization;
using System.Text;

namespace Bongsu.Response.Configuration;

/// <summary>Durations as Prometheus writes them: <c>1h30m</c>, <c>300ms</c>, <c>28d</c>. Units in descending order, each at most once.</summary>
public static class DurationText
{
    private static readonly (string Unit, long Ms)[] Units =
    [
        ("y", 365L * 24 * 3600 * 1000), ("w", 7L * 24 * 3600 * 1000), ("d", 24L * 3600 * 1000),
        ("h", 3600L * 1000), ("m", 60L * 1000), ("s", 1000), ("ms", 1),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text == "0")
            return true;
        long totalMs = 0;
        var unitsFrom = 0;
        var at = 0;
        while (at < text.Length)
        {
            var digits = Span(text, at, char.IsAsciiDigit);
            var letters = Span(text, at + digits, char.IsAsciiLetter);
            if (digits is 0 or > 12 || letters == 0)
                return false;
            var unit = Array.FindIndex(Units, unitsFrom, u => u.Unit == text.Substring(at + digits, letters));
            if (unit < 0)
                return false;
            totalMs += long.Parse(text.AsSpan(at, digits), CultureInfo.InvariantCulture) * Units[unit].Ms;
            if (totalMs is < 0 or > 1_000_000_000_000_000)
                return false;
            unitsFrom = unit + 1;
            at += digits + letters;
        }
        duration = TimeSpan.FromMilliseconds(totalMs);
        return text.Length > 0;
    }

    /// <summary>The shortest text that parses back, to the millisecond; weeks and years are written as days.</summary>
    public static string Format(TimeSpan duration)
    {
        var leftMs = (long)duration.TotalMilliseconds;
        if (leftMs <= 0)
            return "0s";
        var text = new StringBuilder();
        foreach (var (unit, unitMs) in Units.AsSpan(2))
        {
            if (leftMs < unitMs)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"{leftMs / unitMs}{unit}");
            leftMs %= unitMs;
        }
        return text.ToString();
    }

    private static int Span(string text, int from, Func<char, bool> wanted)
    {
        var length = 0;
        while (from + length < text.Length && wanted(text[from + length]))
            length++;
        return length;
    }
}
