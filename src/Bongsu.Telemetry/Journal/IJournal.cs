namespace Bongsu.Telemetry.Journal;

/// <summary>One record of a log: its place (1, 2, 3 …) and its bytes.</summary>
public readonly record struct JournalRecord(long Sequence, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Named record logs, append-only but for making them shorter: incidents, silences, notifications, releases, audit. State is a fold over a log; there is no other way to keep
/// any. Names are [a-z0-9-]{1,64}. Thread-safe.
/// </summary>
public interface IJournal
{
    /// <summary>Appends one record (at most 1 MiB) and returns its sequence; completes when it is durable. Records of one log keep the order of their appends.</summary>
    ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces all records of a log by fewer that fold to the same state, at once and durably: after a failure (<see cref="IOException"/>) all are as
    /// before. Sequences go on. The log's one writer calls it: what another appended since it read would be lost.
    /// </summary>
    ValueTask ReplaceAsync(string log, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken);

    /// <summary>All records of a log in order; none when the log does not exist.</summary>
    IAsyncEnumerable<JournalRecord> ReadAsync(string log, CancellationToken cancellationToken);
}
