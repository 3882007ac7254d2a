using System.Globalization;

namespace Bongsu.Storage;

/// <summary>All file and directory names of the data directory.</summary>
internal static class DataLayout
{
    public const string LockFile = "LOCK";
    public const string ClockFile = "clock";
    public const string WalDirectory = "wal";
    public const string BlocksDirectory = "blocks";
    public const string SegmentsDirectory = "segments";
    public const string JournalDirectory = "journal";
    public const string MetadataFile = "metric-metadata";
    public const string DeletionsFile = "metric-deletions";
    public const string RawFromFile = "metric-raw-from";
    public const string SnapshotsDirectory = "snapshots";
    public const string BlockSuffix = ".block";
    public const string SegmentSuffix = ".segment";
    public const string JournalSuffix = ".journal";
    public const string TemporarySuffix = ".tmp";
    public const string DamagedSuffix = ".damaged";

    public const string Metrics = "metrics";
    public const string Logs = "logs";
    public const string Spans = "spans";

    /// <summary>For example <c>metrics-wal-00000001</c>.</summary>
    public static string WalFile(string signal, long number) => $"{signal}-wal-{number.ToString("d8", CultureInfo.InvariantCulture)}";

    /// <summary>For example <c>metrics-00000001.block</c>, <c>rollup-5m-00002591.block</c>, <c>logs-00000001.segment</c>.</summary>
    public static string SealedFile(string signal, long number, string suffix) => $"{signal}-{number.ToString("d8", CultureInfo.InvariantCulture)}{suffix}";

    /// <summary>For example <c>logs-deletions</c>.</summary>
    public static string EventDeletionsFile(string signal) => $"{signal}-deletions";

    /// <summary>For example <c>spans-drops</c>.</summary>
    public static string TraceDropsFile(string signal) => $"{signal}-drops";

    public static bool TryParseWal(string name, string signal, out long number) => TryParse(name, $"{signal}-wal-", "", out number);

    public static bool TryParseSealed(string name, string signal, string suffix, out long number) => TryParse(name, $"{signal}-", suffix, out number);

    private static bool TryParse(string name, string prefix, string suffix, out long number)
    {
        number = 0;
        return name.Length > prefix.Length + suffix.Length && name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(prefix.Length, name.Length - prefix.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
