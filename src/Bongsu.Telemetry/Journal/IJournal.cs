namespace Bongsu.Telemetry.Journal;

/// <summary>One record of a log: its place (1, 2, 3 …) and its bytes.</summary>
public readonly record struct JournalRecord(long Sequence, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Named append-only record logs: incidents, silences, notifications, releases, audit. State is a fold over a log; there is no other way to keep
/// any. Names are [a-z0-9-]{1,64}. Thread-safe.
/// </summary>
public interface IJournal
{
    /// <summary>Appends one record (at most 1 MiB) and returns its sequence; completes when it is durable. Records of one log keep the order of their appends.</summary>
    ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>All records of a log in order; none when the log does not exist.</summary>
    IAsyncEnumerable<JournalRecord> ReadAsync(string log, CancellationToken cancellationToken);
}
