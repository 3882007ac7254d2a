namespace Bongsu.Query.LogPatterns;

/// <summary>What a stretch of time shows of the patterns.</summary>
/// <param name="Patterns">Most lines first, those that are new or gone before all others.</param>
/// <param name="OtherLines">Lines that were counted under no pattern.</param>
public sealed record LogPatternChanges(IReadOnlyList<LogPatternChange> Patterns, long OtherLines);
