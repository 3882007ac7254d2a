using System.Globalization;
using System.Text;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Durations as Prometheus writes them: 1h30m, 500ms; units from year to millisecond, each at most once and falling.</summary>
public static class PromDuration
{
    private static readonly (string Unit, long Ms)[] Units =
        [("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    public static bool TryParse(ReadOnlySpan<char> text, out long ms)
    {
        ms = 0;
        var at = 0;
        var nextUnit = 0;
        if (text.IsEmpty)
            return false;
        while (at < text.Length)
        {
            var digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            var letters = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            if (!long.TryParse(text[digits..letters], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return false;
            var unit = UnitAt(text[letters..at], nextUnit);
            if (unit < 0 || count > (long.MaxValue / 4 - ms) / Units[unit].Ms)
                return false;
            ms += count * Units[unit].Ms;
            nextUnit = unit + 1;
        }
        return true;
    }

    public static string Format(long ms)
    {
        if (ms == 0)
            return "0s";
        var text = new StringBuilder(ms < 0 ? "-" : "");
        var rest = Math.Abs(ms);
        foreach (var (unit, size) in Units)
        {
            // Why: years and weeks only when nothing is left over, as Prometheus does: 8d is easier to read than 1w1d.
            if (size >= Units[1].Ms && rest % size != 0)
                continue;
            if (rest / size > 0)
                text.Append(rest / size).Append(unit);
            rest %= size;
        }
        return text.ToString();
    }

    private static int UnitAt(ReadOnlySpan<char> unit, int from)
    {
        for (var i = from; i < Units.Length; i++)
        {
            if (unit.SequenceEqual(Units[i].Unit))
                return i;
        }
        return -1;
    }
}
