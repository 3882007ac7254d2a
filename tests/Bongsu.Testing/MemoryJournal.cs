using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Testing;

/// <summary>A journal in memory. Thread-safe.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Dictionary<string, (long Last, List<byte[]> Records)> _logs = [];

    /// <summary>While set, writes fail as on a full disk.</summary>
    public bool IsFull { get; set; }

    /// <summary>Records of all logs.</summary>
    public int Count
    {
        get
        {
            lock (_logs)
                return _logs.Values.Sum(l => l.Records.Count);
        }
    }

    public ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        Refuse();
        lock (_logs)
        {
            var (last, records) = _logs.GetValueOrDefault(log, (0, []));
            records.Add(record.ToArray());
            _logs[log] = (last + 1, records);
            return ValueTask.FromResult(last + 1);
        }
    }

    public ValueTask ReplaceAsync(string log, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        Refuse();
        lock (_logs)
            _logs[log] = (_logs.GetValueOrDefault(log).Last + records.Count, [.. records.Select(r => r.ToArray())]);
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(string log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        List<JournalRecord> found = [];
        lock (_logs)
        {
            if (_logs.TryGetValue(log, out var held))
                found.AddRange(held.Records.Select((bytes, i) => new JournalRecord(held.Last - held.Records.Count + i + 1, bytes)));
        }
        foreach (var record in found)
            yield return record;
    }

    private void Refuse()
    {
        if (IsFull)
            throw new IOException("no space left on device");
    }
}
