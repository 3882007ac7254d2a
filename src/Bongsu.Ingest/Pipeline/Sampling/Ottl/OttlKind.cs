namespace Bongsu.Ingest.Pipeline.Sampling.Ottl;

/// <summary>What a value of a condition is.</summary>
internal enum OttlKind : byte
{
    /// <summary>There is none.</summary>
    Nil,
    Bool,
    Int,
    Double,
    Text,
    /// <summary>A list, a map or bytes: there, and equal to nothing.</summary>
    Other,
}
