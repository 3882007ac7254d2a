namespace Bongsu.Storage.Segments;

/// <summary>One page of a segment's trace index: sorted 64-bit fingerprints of trace ids, each with a block that has spans of it.</summary>
internal readonly record struct TracePage(long Offset, int Size, ulong First)
{
    /// <summary>12 B an entry: a page is read and checked whole for one trace, 6 KiB; pages of a hundred thousand traces take 3 KiB of memory.</summary>
    public const int MaxEntries = 512;
}
