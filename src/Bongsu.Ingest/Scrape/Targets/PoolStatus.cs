namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>One job as it stands.</summary>
/// <param name="Name">Of the job.</param>
/// <param name="Targets">Those that are scraped.</param>
/// <param name="Dropped">Those that rules dropped, as many as are kept for display.</param>
/// <param name="DroppedCount">All that rules dropped.</param>
/// <param name="Problems">What is wrong with its discoveries and with targets they gave; one sentence each.</param>
public sealed record PoolStatus(string Name, IReadOnlyList<TargetStatus> Targets, IReadOnlyList<DroppedTarget> Dropped, int DroppedCount, IReadOnlyList<string> Problems);
