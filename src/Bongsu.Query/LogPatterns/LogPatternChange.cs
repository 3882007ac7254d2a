namespace Bongsu.Query.LogPatterns;

/// <summary>A pattern in a stretch of time, compared with the stretch of the same length before.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Levels">Lines by level, most first.</param>
/// <param name="Lines">Lines in the stretch.</param>
/// <param name="LinesBefore">Lines in the one before.</param>
/// <param name="LastSeenMs">Time of the last lines within both, to ten seconds; null when there were none.</param>
/// <param name="NewAtMs">When it was new, if within the stretch.</param>
/// <param name="GoneAtMs">When it was found gone, if within the stretch and not back since.</param>
public sealed record LogPatternChange(LogPattern Pattern, IReadOnlyList<KeyValuePair<string, long>> Levels, long Lines, long LinesBefore, long? LastSeenMs, long? NewAtMs, long? GoneAtMs)
{
    /// <summary>Growth as a ratio: 0 the same, 1 twice as many; null when there was nothing before.</summary>
    public double? Change => LinesBefore == 0 ? null : (Lines - LinesBefore) / (double)LinesBefore;
}
