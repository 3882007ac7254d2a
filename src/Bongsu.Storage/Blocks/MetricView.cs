using Bongsu.Storage.Head;

namespace Bongsu.Storage.Blocks;

/// <summary>
/// All there is to read at one moment, each list from what was written first to what was written last: blocks, heads that are being sealed, open heads
/// (the late one first); and what of the blocks was deleted. Immutable.
/// </summary>
internal sealed record MetricView(MetricBlock[] Blocks, MetricHead[] Sealing, MetricHead[] Heads, Deletion[] Deletions)
{
    /// <summary>Rollups, by resolution and time.</summary>
    public MetricBlock[] Rollups { get; init; } = [];

    /// <summary>Of samples before this time some were dropped with their block: there a rollup tells more than what is left. The least time when none were.</summary>
    public long RawFromMs { get; init; } = long.MinValue;

    /// <summary>The last time of the blocks and heads that end no later than a time.</summary>
    public long NewestMs(long notAfterMs)
    {
        var newest = long.MinValue;
        foreach (var block in Blocks)
            newest = block.MaxTimeMs <= notAfterMs ? Math.Max(newest, block.MaxTimeMs) : newest;
        foreach (var head in Heads)
            newest = head.MaxMs <= notAfterMs ? Math.Max(newest, head.MaxMs) : newest;
        return newest;
    }
}
