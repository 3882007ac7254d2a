namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>Targets from JSON and YAML files; paths are whole, the last part may have a * in it.</summary>
public sealed record FileDiscovery(IReadOnlyList<string> Patterns, TimeSpan RefreshInterval);
