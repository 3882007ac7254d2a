using System.Runtime.CompilerServices;
using Bongsu.Telemetry.Journal;

namespace Bongsu.Storage.Journal;

/// <summary>
/// The journal on local disk: one file of framed, checksummed records a log, in the folder <c>journal</c> of the data directory. An append that
/// fails (<see cref="IOException"/>: disk full) leaves no trace. Thread-safe.
/// </summary>
public sealed class DiskJournal : IJournal, IAsyncDisposable
{
    /// <summary>The largest record, as <see cref="IJournal"/> says.</summary>
    public const int MaxRecordBytes = 1 << 20;

    private readonly Disk _disk;
    private readonly string _directory;
    private readonly Durability _durability;
    private readonly ProblemLog _problems;
    private readonly object _lock = new();
    private readonly Dictionary<string, JournalFile> _files = [];

    private DiskJournal(Disk disk, string directory, Durability durability, ProblemLog problems)
    {
        _disk = disk;
        _directory = directory;
        _durability = durability;
        _problems = problems;
    }

    /// <summary>Damage found and contained; one sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems.Problems;

    /// <summary>Opens and checks all logs of a data directory. The directory belongs to one process: open its <see cref="DiskStore"/> first, which locks it.</summary>
    public static Task<DiskJournal> OpenAsync(string dataDirectory, Durability durability, Action<string>? log, CancellationToken cancellationToken) =>
        Task.Run(() => Open(new Disk(), dataDirectory, durability, log), cancellationToken);

    internal static DiskJournal Open(Disk disk, string dataDirectory, Durability durability, Action<string>? log)
    {
        var directory = Path.Combine(dataDirectory, DataLayout.JournalDirectory);
        Directory.CreateDirectory(directory);
        disk.SyncDirectory(dataDirectory);
        var journal = new DiskJournal(disk, directory, durability, new ProblemLog(log));
        foreach (var path in Directory.GetFiles(directory, "*" + DataLayout.TemporarySuffix))
            disk.Delete(path);
        foreach (var path in Directory.GetFiles(directory, "*" + DataLayout.JournalSuffix))
            journal._files[Path.GetFileNameWithoutExtension(path)] = JournalFile.Open(disk, path, durability, journal._problems);
        return journal;
    }

    public async ValueTask<long> AppendAsync(string log, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        if (record.Length > MaxRecordBytes)
            throw new ArgumentException($"A journal record has {record.Length} bytes; the limit is {MaxRecordBytes}.", nameof(record));
        var file = Find(log, create: true)!;
        await file.Gate.WaitAsync(cancellationToken);
        try
        {
            return file.Append(record.Span);
        }
        finally
        {
            file.Gate.Release();
        }
    }

    public async ValueTask ReplaceAsync(string log, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        var file = Find(log, create: true)!;
        await file.Gate.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => file.Replace(records), CancellationToken.None);
        }
        finally
        {
            file.Gate.Release();
        }
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(string log, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Find(log, create: false) is not { } file)
            yield break;
        foreach (var record in await ReadAllAsync(file, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var file in _files.Values)
                file.Dispose();
            _files.Clear();
        }
        return ValueTask.CompletedTask;
    }

    private async Task<List<JournalRecord>> ReadAllAsync(JournalFile file, CancellationToken cancellationToken)
    {
        await file.Gate.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => file.ReadAll(_problems), CancellationToken.None);
        }
        finally
        {
            file.Gate.Release();
        }
    }

    private JournalFile? Find(string log, bool create)
    {
        if (!IsName(log))
            throw new ArgumentException($"\"{log}\" is no name of a journal log: 1 to 64 characters of a-z, 0-9 and hyphen.", nameof(log));
        lock (_lock)
        {
            if (!_files.TryGetValue(log, out var file) && create)
                _files[log] = file = JournalFile.Open(_disk, Path.Combine(_directory, log + DataLayout.JournalSuffix), _durability, _problems);
            return file;
        }
    }

    private static bool IsName(string log)
    {
        if (log.Length is 0 or > 64)
            return false;
        foreach (var c in log)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
                return false;
        }
        return true;
    }
}
