namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>How the last scrape of a target went.</summary>
public enum TargetHealth : byte
{
    Unknown,
    Up,
    Down,
}
