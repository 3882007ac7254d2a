namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>What a line of a text exposition says.</summary>
internal enum ExpositionEntry : byte
{
    None,
    Type,
    Help,
    Unit,
    Sample,
}
