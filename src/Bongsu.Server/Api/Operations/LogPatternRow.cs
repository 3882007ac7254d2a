using Bongsu.Query.LogPatterns;

namespace Bongsu.Server.Api.Operations;

/// <summary>One log pattern in a stretch of time.</summary>
/// <param name="Id">Stays the same over restarts and while the template becomes more general.</param>
/// <param name="Service">Whose lines.</param>
/// <param name="Template">What they say.</param>
/// <param name="Query">LogQL for the lines.</param>
/// <param name="Level">The level of most of them, or null.</param>
/// <param name="Levels">Lines by level.</param>
/// <param name="Count">Lines in the stretch.</param>
/// <param name="CountBefore">Lines in the stretch of the same length before.</param>
/// <param name="Change">Growth as a ratio: 0 the same, 1 twice as many; null when there was nothing before.</param>
/// <param name="FirstSeenMs">Time of the first record.</param>
/// <param name="LastSeenMs">Time of the last lines in both stretches, to ten seconds.</param>
/// <param name="Example">A line as it was stored, after redaction, or the message in it.</param>
/// <param name="IsNew">The service did not write it before.</param>
/// <param name="NewAtMs">When that was found.</param>
/// <param name="IsGone">It was steady, and stopped while the service went on writing other lines.</param>
/// <param name="GoneAtMs">When that was found.</param>
internal sealed record LogPatternRow(string Id, string Service, string Template, string Query, string? Level, IReadOnlyDictionary<string, long> Levels, long Count, long CountBefore,
    double? Change, long FirstSeenMs, long? LastSeenMs, string? Example, bool IsNew, long? NewAtMs, bool IsGone, long? GoneAtMs)
{
    public static LogPatternRow Of(LogPatternChange change, string? example) => new(
        change.Pattern.Id, change.Pattern.Service, change.Pattern.Template, QueryOf(change.Pattern), change.Levels.Count > 0 ? change.Levels[0].Key : null,
        change.Levels.ToDictionary(level => level.Key, level => level.Value), change.Lines, change.LinesBefore, change.Change, change.Pattern.FirstSeenMs,
        change.LastSeenMs, example, change.NewAtMs is not null, change.NewAtMs, change.GoneAtMs is not null, change.GoneAtMs);

    private static string QueryOf(LogPattern pattern) => $"{{service_name=\"{Escaped(pattern.Service)}\"}} |> \"{Escaped(pattern.LineFilter)}\"";

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
