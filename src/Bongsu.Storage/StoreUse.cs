namespace Bongsu.Storage;

/// <summary>What the data directory is made of at one moment.</summary>
/// <param name="Kinds">Metrics, their rollups, logs, traces.</param>
/// <param name="JournalBytes">The journal: incidents and other state.</param>
/// <param name="OtherBytes">Snapshots, as far as their files are not also the store's; lists of deletions and other small files.</param>
/// <param name="LimitBytes">The limit that is set for kinds and write-ahead logs; zero: none.</param>
/// <param name="FreeBytes">Free space beside it.</param>
public sealed record StoreUse(IReadOnlyList<StoredKind> Kinds, long JournalBytes, long OtherBytes, long LimitBytes, long FreeBytes);
