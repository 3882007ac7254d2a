using System.Globalization;
using System.Text;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Pieces of queries as text, so that they read back the same. Pure.</summary>
internal static class LogQlText
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\': quoted.Append('\\').Append(c); break;
                case '\a': quoted.Append("\\a"); break;
                case '\b': quoted.Append("\\b"); break;
                case '\f': quoted.Append("\\f"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case '\v': quoted.Append("\\v"); break;
                case < ' ' or '\x7f': quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"); break;
                default: quoted.Append(c); break;
            }
        }
        return quoted.Append('"').ToString();
    }

    public static string Matcher(LabelMatcher matcher) => matcher.Name + Sign(matcher.Type) + Quote(matcher.Value);

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A range in Prometheus' units, largest first: <c>1h30m</c>.</summary>
    public static string Range(long nanos)
    {
        if (nanos == 0)
            return "0s";
        var text = new StringBuilder();
        if (nanos < 0)
            text.Append('-');
        nanos = Math.Abs(nanos);
        foreach (var (unit, size) in (ReadOnlySpan<(string, long)>)[("y", 365 * Day), ("w", 7 * Day), ("d", Day), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000)])
        {
            // Why: only whole years and weeks are written as such; 8d is no 1w1d.
            if (nanos < size || (unit is "y" or "w" && nanos % size != 0))
                continue;
            text.Append(nanos / size).Append(unit);
            nanos %= size;
        }
        return text.ToString();
    }

    /// <summary>A duration as Go writes it: <c>1h30m0s</c>, <c>1.5s</c>, <c>20ms</c>.</summary>
    public static string Duration(double nanos)
    {
        if (nanos == 0)
            return "0s";
        var sign = nanos < 0 ? "-" : "";
        var size = (decimal)Math.Abs(nanos);
        if (size < 1_000_000_000)
        {
            var (scale, unit) = size < 1_000 ? (1m, "ns") : size < 1_000_000 ? (1_000m, "µs") : (1_000_000m, "ms");
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{size / scale:0.######}{unit}");
        }
        var hours = decimal.Floor(size / 3_600_000_000_000m);
        var minutes = decimal.Floor(size / 60_000_000_000m) % 60;
        var text = hours > 0 ? $"{hours:0}h{minutes:0}m" : minutes > 0 ? $"{minutes:0}m" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{text}{size % 60_000_000_000m / 1_000_000_000m:0.#########}s");
    }

    private const long Day = 86_400_000_000_000;

    private static string Sign(MatchType type) => type switch { MatchType.Equal => "=", MatchType.NotEqual => "!=", MatchType.Regex => "=~", _ => "!~" };
}
