namespace Bongsu.Storage.Segments;

/// <summary>What a segment's footer says of one block: where it stands and what to prune it by.</summary>
/// <param name="Offset">Of its frame.</param>
/// <param name="Size">Of its frame.</param>
/// <param name="FilterOffset">Of the frame of its filter of words; 0 for none.</param>
/// <param name="FilterSize">Of that frame.</param>
/// <param name="Rows">Records in it.</param>
/// <param name="MinTimeNanos">First time.</param>
/// <param name="MaxTimeNanos">Last time.</param>
/// <param name="MaxDurationNanos">Longest span; 0 for logs.</param>
/// <param name="StatusBits">Bit n: a span of status n is in it.</param>
/// <param name="Tags">Indexes of its tags (streams, services) in the segment.</param>
internal sealed record BlockEntry(long Offset, int Size, long FilterOffset, int FilterSize, int Rows, long MinTimeNanos, long MaxTimeNanos,
    long MaxDurationNanos, int StatusBits, int[] Tags)
{
    /// <summary>Longest word of its lines.</summary>
    public int LongestWord { get; init; }

    /// <summary>Longest word of digits that its filter has not; see <see cref="WordFilter"/>.</summary>
    public int LongestNumber { get; init; }
}
