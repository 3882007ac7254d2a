using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Server.Tests.Api.Operations;

/// <summary>A journal that is gone with the test.</summary>
internal sealed class OneRunJournal : IJournal
{
    private readonly List<(string Log, byte[] Bytes)> _records = [];

    public ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        lock (_records)
        {
            _records.Add((log, record.ToArray()));
            return ValueTask.FromResult((long)_records.Count(r => r.Log == log));
        }
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(string log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        long sequence = 0;
        foreach (var record in _records.Where(r => r.Log == log))
            yield return new JournalRecord(++sequence, record.Bytes);
    }
}
