namespace Bongsu.Storage.Blocks;

/// <summary>What a chunk of a block holds. Numbers are on disk: never reuse one.</summary>
internal enum ChunkKind : byte
{
    Floats = 0,
    Histograms = 1,

    /// <summary>When the counters behind the samples of the series began.</summary>
    StartTimes = 2,
    Exemplars = 3,

    /// <summary>All of a series as format 1 has it; in no file of format 2.</summary>
    FirstFormat = 255,
}
