using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Response.Tests;

/// <summary>A journal in memory.</summary>
internal sealed class MemoryJournal : IJournal
{
    private readonly Dictionary<string, List<byte[]>> _logs = [];

    public ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        lock (_logs)
        {
            if (!_logs.TryGetValue(log, out var records))
                _logs[log] = records = [];
            records.Add(record.ToArray());
            return ValueTask.FromResult((long)records.Count);
        }
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(string log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var records = _logs.GetValueOrDefault(log) ?? [];
        for (var i = 0; i < records.Count; i++)
            yield return new JournalRecord(i + 1, records[i]);
    }
}
