namespace Bongsu.Telemetry.Journal;

/// <summary>When a log has grown so far beyond the state it folds to that its records should be replaced (<see cref="IJournal.ReplaceAsync"/>).</summary>
public static class JournalSize
{
    // A start reads a few thousand small records in milliseconds: fewer are not worth a rewrite.
    private const int AlwaysFew = 4096;

    // Each rewrite is paid for by three times as many appends as it writes records.
    private const int Times = 4;

    /// <summary>Whether to replace.</summary>
    /// <param name="records">Records in the log.</param>
    /// <param name="needed">Records that the state of now takes.</param>
    public static bool IsTooLarge(long records, long needed) => records > AlwaysFew && records > Times * needed;
}
