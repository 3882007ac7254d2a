namespace Bongsu.Storage.Segments;

/// <summary>One page of a segment's trace index: sorted 64-bit fingerprints of trace ids, each with a block that has spans of it.</summary>
internal readonly record struct TracePage(long Offset, int Size, ulong First)
{
    /// <summary>12 B an entry: a page is read and checked whole, 48 KiB.</summary>
    public const int MaxEntries = 4096;
}
