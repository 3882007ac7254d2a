using System.Globalization;

namespace Bongsu.Server.Api.Operations;

/// <summary>A time as clients write it: ms since the epoch, RFC 3339, <c>now</c>, or <c>now-1h30m</c>.</summary>
internal static class TimeParameter
{
    // The last ms of the year 9999: what RFC 3339 can still say.
    private const long MaxMs = 253_402_300_799_999;

    private static readonly (string Unit, long Ms)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

    public const string Forms = "ms since the epoch, RFC 3339 (2026-11-21T05:00:00Z) or relative (now-1h)";

    public static bool TryParse(string text, long nowMs, out long ms)
    {
        ms = 0;
        if (text.Length is 0 or > 64)
            return false;
        if (text.StartsWith("now", StringComparison.Ordinal))
            return TryRelative(text.AsSpan(3), nowMs, out ms);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ms))
            return ms <= MaxMs;
        if (!text.Contains('T') && !text.Contains('t') || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return false;
        ms = at.ToUnixTimeMilliseconds();
        return ms >= 0;
    }

    /// <summary>Reads from and to of a request; null and a sentence in <paramref name="problem"/> when they are no times or stand in the wrong order.</summary>
    public static (long FromMs, long ToMs)? Range(HttpRequest request, long nowMs, TimeSpan span, out string problem)
    {
        problem = "";
        var (from, to) = (request.Query["from"].ToString(), request.Query["to"].ToString());
        var toMs = nowMs;
        if (to.Length > 0 && !TryParse(to, nowMs, out toMs))
            problem = $"to: \"{Shown(to)}\" is no time; give {Forms}";
        var fromMs = toMs - (long)span.TotalMilliseconds;
        if (problem.Length == 0 && from.Length > 0 && !TryParse(from, nowMs, out fromMs))
            problem = $"from: \"{Shown(from)}\" is no time; give {Forms}";
        if (problem.Length == 0 && fromMs >= toMs)
            problem = $"from ({fromMs}) must be before to ({toMs})";
        return problem.Length == 0 ? (fromMs, toMs) : null;
    }

    /// <summary>A duration such as <c>30s</c> or <c>1h30m</c>, or whole milliseconds.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out long ms)
    {
        ms = 0;
        if (text.Length is 0 or > 32)
            return false;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ms))
            return ms is > 0 and <= MaxMs;
        ms = 0;
        while (text.Length > 0)
        {
            var digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            var letters = 0;
            while (digits + letters < text.Length && char.IsAsciiLetter(text[digits + letters]))
                letters++;
            if (digits is 0 or > 12 || UnitMs(text.Slice(digits, letters)) is not { } unitMs)
                return false;
            ms += long.Parse(text[..digits], CultureInfo.InvariantCulture) * unitMs;
            if (ms > MaxMs)
                return false;
            text = text[(digits + letters)..];
        }
        return ms > 0;
    }

    private static bool TryRelative(ReadOnlySpan<char> text, long nowMs, out long ms)
    {
        ms = nowMs;
        if (text.IsEmpty)
            return true;
        if (text[0] is not ('-' or '+') || !TryDuration(text[1..], out var byMs))
            return false;
        ms = text[0] == '-' ? nowMs - byMs : nowMs + byMs;
        return ms is >= 0 and <= MaxMs;
    }

    private static long? UnitMs(ReadOnlySpan<char> unit)
    {
        foreach (var (name, ms) in Units)
        {
            if (unit.SequenceEqual(name))
                return ms;
        }
        return null;
    }

    internal static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
