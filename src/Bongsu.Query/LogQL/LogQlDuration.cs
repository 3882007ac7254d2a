using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL;

/// <summary>Durations as queries and the APIs around them write them. Pure.</summary>
public static class LogQlDuration
{
    /// <summary>Whole numbers with units: <c>5m</c>, <c>1h30m</c>, <c>1d</c>.</summary>
    public static bool TryParse(string text, out long nanos) => LogQlUnits.TryRangeNanos(text, out nanos);

    /// <summary>As Go reads them: fractions and units from ns on as well: <c>1.5s</c>, <c>100µs</c>.</summary>
    public static bool TryParseFraction(string text, out long nanos)
    {
        var ok = LogQlUnits.TryDurationNanos(text, out var value) && value is > -9e18 and < 9e18;
        nanos = ok ? (long)value : 0;
        return ok;
    }
}
