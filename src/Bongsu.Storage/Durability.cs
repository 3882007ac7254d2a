namespace Bongsu.Storage;

/// <summary>When an append counts as durable.</summary>
public enum Durability : byte
{
    /// <summary>Once it is synced to the disk: survives a power cut.</summary>
    Fsync,
    /// <summary>Once the operating system has it: survives the end of the process, not a power cut.</summary>
    Os,
}
