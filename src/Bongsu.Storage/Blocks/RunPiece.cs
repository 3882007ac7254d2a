namespace Bongsu.Storage.Blocks;

/// <summary>A stretch of one place's floats of a series: a chunk of a block, or what a head has.</summary>
/// <param name="Entry">Place, counted in the order in which they were written.</param>
/// <param name="Head">Number of the buffer with the samples of a head; -1 for a chunk of a block.</param>
/// <param name="Chunk">The chunk, where it is one.</param>
/// <param name="Number">Of the block; of a head the greatest there is.</param>
/// <param name="MinMs">Time of the first sample.</param>
/// <param name="MaxMs">Time of the last.</param>
internal readonly record struct RunPiece(int Entry, int Head, ChunkRef Chunk, long Number, long MinMs, long MaxMs);
