namespace Bongsu.Storage.Segments;

/// <summary>What a segment's footer says of one block: where it stands and what to prune it by.</summary>
/// <param name="Offset">Of its frame.</param>
/// <param name="Size">Of its frame.</param>
/// <param name="BloomOffset">Of the frame of its token bloom; 0 for none.</param>
/// <param name="BloomSize">Of that frame.</param>
/// <param name="Rows">Records in it.</param>
/// <param name="MinTimeNanos">First time.</param>
/// <param name="MaxTimeNanos">Last time.</param>
/// <param name="MaxDurationNanos">Longest span; 0 for logs.</param>
/// <param name="StatusBits">Bit n: a span of status n is in it.</param>
/// <param name="Tags">Indexes of its tags (streams, services) in the segment.</param>
internal sealed record BlockEntry(long Offset, int Size, long BloomOffset, int BloomSize, int Rows, long MinTimeNanos, long MaxTimeNanos,
    long MaxDurationNanos, int StatusBits, int[] Tags);
