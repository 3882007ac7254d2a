using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Ingest.Tests.Receive;

internal sealed class JournalInMemory : IJournal
{
    private readonly List<(string Log, byte[] Bytes)> _records = [];

    public bool IsFull { get; set; }

    public int Count => _records.Count;

    public ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (IsFull)
            throw new IOException("no space left on device");
        _records.Add((log, record.ToArray()));
        return ValueTask.FromResult((long)_records.Count);
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(string log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (i, record) in _records.Where(r => r.Log == log).Index())
            yield return new JournalRecord(i + 1, record.Bytes);
    }
}
