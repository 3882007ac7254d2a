using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Server.Configuration;

/// <summary>What the scrape configuration says. Immutable.</summary>
/// <param name="Jobs">In the order of the file.</param>
/// <param name="Notices">What of the file has no use here; one sentence each.</param>
public sealed record ScrapeConfiguration(IReadOnlyList<ScrapeJob> Jobs, IReadOnlyList<string> Notices)
{
    public static readonly ScrapeConfiguration None = new([], []);
}
