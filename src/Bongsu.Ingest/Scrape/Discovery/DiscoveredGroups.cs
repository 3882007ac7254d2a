using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Discovery;

/// <summary>What a discovery found last, and what is wrong with it now. Immutable.</summary>
/// <param name="Groups">Those of the last answer that was good.</param>
/// <param name="Problems">One sentence each; empty when all is well.</param>
internal sealed record DiscoveredGroups(IReadOnlyList<TargetGroup> Groups, IReadOnlyList<string> Problems)
{
    public static readonly DiscoveredGroups None = new([], []);
}
