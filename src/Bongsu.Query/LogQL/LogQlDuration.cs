using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL;

/// <summary>Durations as LogQL and Loki's API write them: <c>5m</c>, <c>1h30m</c>, <c>1d</c>. Pure.</summary>
public static class LogQlDuration
{
    public static bool TryParse(string text, out long nanos) => LogQlUnits.TryRangeNanos(text, out nanos);
}
