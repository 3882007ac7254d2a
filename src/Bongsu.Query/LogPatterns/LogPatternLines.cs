namespace Bongsu.Query.LogPatterns;

/// <summary>The lines of one pattern and level over time.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Level">The level, or empty.</param>
/// <param name="Steps">Start of each step that has lines, in seconds since the epoch, and how many.</param>
public sealed record LogPatternLines(LogPattern Pattern, string Level, IReadOnlyList<(long Seconds, long Lines)> Steps)
{
    public long Total { get; } = Steps.Sum(step => step.Lines);
}
