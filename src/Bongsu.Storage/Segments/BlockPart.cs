namespace Bongsu.Storage.Segments;

/// <summary>Where a part of a block stands.</summary>
/// <param name="At">First byte, from the start of the block.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="Checksum">Its CRC-32C.</param>
/// <param name="IsChecked">It stands in what was checked as a whole; there is no checksum.</param>
internal readonly record struct BlockPart(int At, int Length, uint Checksum, bool IsChecked);
