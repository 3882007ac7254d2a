namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>A target that the rules of its job dropped.</summary>
public sealed record DroppedTarget(string Pool, IReadOnlyDictionary<string, string> Discovered);
