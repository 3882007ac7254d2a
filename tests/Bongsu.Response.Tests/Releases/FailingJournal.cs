using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Tests.Releases;

/// <summary>A journal whose first appends fail, as on a full disk.</summary>
internal sealed class FailingJournal(IJournal journal, int failures) : IJournal
{
    private int _left = failures;

    public ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken) =>
        _left-- > 0 ? throw new IOException("no space left on device") : journal.AppendAsync(log, record, cancellationToken);

    public ValueTask ReplaceAsync(string log, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken) =>
        journal.ReplaceAsync(log, records, cancellationToken);

    public IAsyncEnumerable<JournalRecord> ReadAsync(string log, CancellationToken cancellationToken) => journal.ReadAsync(log, cancellationToken);
}
