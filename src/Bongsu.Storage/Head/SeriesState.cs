namespace Bongsu.Storage.Head;

/// <summary>
/// One series within a head: the latest samples in columns that grow, those before in a chain of compressed chunks. While samples are a step apart their
/// times are not stored. A mutable struct in an array; only touched under the head's gate.
/// </summary>
internal struct SeriesState
{
    /// <summary>Of the open samples; as long as the capacity.</summary>
    public double[]? Values;

    /// <summary>Of the open samples; null while they are <see cref="FirstMs"/>, and then a step apart.</summary>
    public long[]? Times;

    public long FirstMs;

    /// <summary>Of all in-order samples.</summary>
    public long LastMs;

    /// <summary>First time of all samples of any kind; above <see cref="MaxMs"/> when there are none.</summary>
    public long MinMs;
    public long MaxMs;

    /// <summary>The latest chunk, <see cref="ChunkSlabs.None"/> for none.</summary>
    public uint Chunk;

    public int StepMs;
    public short Count;
    public SeriesExtras Extras;
    public bool IsActive;

    public readonly long TimeAt(int index) => Times is null ? FirstMs + (long)index * StepMs : Times[index];
}
