namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>Addresses that share labels, as a discovery found them.</summary>
/// <param name="Source">Where it came from; part of the discovered labels' meaning, not of a target's identity.</param>
/// <param name="Targets">Addresses, host:port.</param>
/// <param name="Labels">Of each of them.</param>
public sealed record TargetGroup(string Source, IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels);
