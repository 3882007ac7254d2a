namespace Bongsu.Storage.Head;

/// <summary>What few series have, and is kept beside their state.</summary>
[Flags]
internal enum SeriesExtras : byte
{
    None = 0,
    Late = 1,
    Histograms = 2,
    StartTimes = 4,
    Exemplars = 8,
}
