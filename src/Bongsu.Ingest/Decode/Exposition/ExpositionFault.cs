namespace Bongsu.Ingest.Decode.Exposition;

/// <summary>Why an exposition cannot be read: the place, both from 1 (the column in bytes), and what is wrong there.</summary>
internal sealed record ExpositionFault(int Line, int Column, string Message)
{
    public override string ToString() => $"line {Line}, column {Column}: {Message}";
}
