namespace Bongsu.Storage.Blocks;

/// <summary>
/// Where a chunk stands: the group and place of its times (floats only) and of its content. Chunks with the same content or the same times share them.
/// </summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Group">Index of the chunk group with the times.</param>
/// <param name="Times">Place in that group's payload.</param>
/// <param name="ValuesGroup">Index of the chunk group with the content.</param>
/// <param name="Values">Place in that group's payload.</param>
/// <param name="Count">Samples; of format 1 the length in bytes.</param>
/// <param name="MinMs">Time of the first.</param>
/// <param name="MaxMs">Time of the last.</param>
internal readonly record struct ChunkRef(ChunkKind Kind, int Group, int Times, int ValuesGroup, int Values, int Count, long MinMs, long MaxMs)
{
    public bool Overlaps(long fromMs, long toMs) => MinMs <= toMs && MaxMs >= fromMs;
}
