namespace Bongsu.Storage.Rollups;

/// <summary>One width of rollup windows, (k·WindowMs, (k+1)·WindowMs] since the epoch, and how its rows are filed.</summary>
/// <param name="Name">As in file names and warnings.</param>
/// <param name="WindowMs">Width of a window.</param>
/// <param name="PeriodMs">Time that one file holds; a whole number of days.</param>
/// <param name="ChunkRows">Rows that are read as one.</param>
internal sealed record RollupResolution(string Name, long WindowMs, long PeriodMs, int ChunkRows)
{
    /// <summary>Rows are made a day at a time.</summary>
    public const long DayMs = 86_400_000;

    /// <summary>A chunk is a day.</summary>
    public static readonly RollupResolution FiveMinutes = new("5m", 300_000, 8 * DayMs, 288);

    public static readonly RollupResolution Hour = new("1h", 3_600_000, 32 * DayMs, 128);

    public static readonly IReadOnlyList<RollupResolution> All = [FiveMinutes, Hour];

    public string Signal => $"rollup-{Name}";

    /// <summary>Start of the window of this width that holds a time; the time at a window's start belongs to the one before.</summary>
    public static long WindowStart(long timeMs, long widthMs) => (timeMs - 1) - ((timeMs - 1) % widthMs + widthMs) % widthMs;
}
