namespace Bongsu.Storage;

/// <summary>What a store has of one kind at one moment.</summary>
/// <param name="Name"><c>metrics</c>, <c>rollups5m</c>, <c>rollups1h</c>, <c>logs</c> or <c>traces</c>.</param>
/// <param name="Files">Its sealed files.</param>
/// <param name="WalBytes">Its write-ahead log.</param>
/// <param name="OldestMs">Time of the oldest data, sealed or not; null: there are none.</param>
/// <param name="NewestMs">Time of the newest.</param>
/// <param name="Keep">How long it is kept; zero: for ever.</param>
/// <param name="Rules">What is kept for another time.</param>
public sealed record StoredKind(string Name, IReadOnlyList<StoredFile> Files, long WalBytes, long? OldestMs, long? NewestMs, TimeSpan Keep, IReadOnlyList<EventRetentionRule> Rules)
{
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var file in Files)
                bytes += file.Bytes;
            return bytes;
        }
    }
}
