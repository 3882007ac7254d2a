using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Bongsu.Telemetry.Journal;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Journal;

/// <summary>The file of one log. All calls come one at a time: the journal holds the gate.</summary>
internal sealed class JournalFile : IDisposable
{
    // Read as a whole: past this the folds over it would be too slow to start with as well.
    private const long MaxBytes = 1L << 30;

    private readonly Disk _disk;
    private readonly string _path;
    private readonly Durability _durability;
    private SafeFileHandle _file;
    private readonly ByteWriter _buffer = new();
    private long _length;
    private long _sequence;
    private bool _isSuspect;

    private JournalFile(Disk disk, string path, Durability durability, SafeFileHandle file)
    {
        _disk = disk;
        _path = path;
        _durability = durability;
        _file = file;
    }

    public SemaphoreSlim Gate { get; } = new(1, 1);

    public static JournalFile Open(Disk disk, string path, Durability durability, ProblemLog problems)
    {
        if (!File.Exists(path))
            return Create(disk, path, durability);
        var journal = new JournalFile(disk, path, durability, disk.OpenForAppend(path));
        journal.Recover(problems);
        return journal;
    }

    /// <summary>Appends one record, durable on return; after a failure nothing of it remains.</summary>
    public long Append(ReadOnlySpan<byte> record)
    {
        if (_isSuspect)
            Repair();
        _buffer.Clear();
        Frame.Put(_buffer, FrameType.JournalRecord, _sequence + 1, record);
        if (_length + _buffer.Length > MaxBytes)
            throw new IOException($"The journal {_path} has reached its limit of {MaxBytes >> 20} MiB; archive it.");
        try
        {
            _disk.Write(_file, _buffer.Written, _length);
            if (_durability == Durability.Fsync)
                _disk.Sync(_file);
        }
        catch (IOException)
        {
            _isSuspect = true;
            throw;
        }
        _length += _buffer.Length;
        return ++_sequence;
    }

    /// <summary>Replaces all records, durable on return; after a failure all are as before.</summary>
    public void Replace(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var whole = new ByteWriter();
        PutHeader(whole);
        var sequence = _sequence;
        foreach (var record in records)
            Frame.Put(whole, FrameType.JournalRecord, ++sequence, record.Span);
        _disk.WriteWhole(_path, whole.Written);
        var replaced = _file;
        _file = _disk.OpenForAppend(_path);
        replaced.Dispose();
        (_length, _sequence, _isSuspect) = (whole.Length, sequence, false);
    }

    public List<JournalRecord> ReadAll(ProblemLog problems)
    {
        var bytes = new byte[_length];
        if (!Disk.TryReadExactly(_file, bytes, 0))
            throw new IOException($"The journal {_path} is shorter than it was when it was written.");
        var records = new List<JournalRecord>();
        var frames = new FrameScanner(bytes);
        while (frames.Read())
        {
            if (frames.Type == FrameType.JournalRecord)
                records.Add(new JournalRecord(frames.Sequence, bytes.AsMemory(frames.Offset + Frame.HeaderSize, frames.Payload.Length)));
        }
        Report(frames, problems);
        return records;
    }

    public void Dispose()
    {
        _file.Dispose();
        Gate.Dispose();
    }

    private static JournalFile Create(Disk disk, string path, Durability durability)
    {
        var header = new ByteWriter();
        PutHeader(header);
        disk.WriteWhole(path, header.Written);
        return new JournalFile(disk, path, durability, disk.OpenForAppend(path)) { _length = header.Length };
    }

    private static void PutHeader(ByteWriter into) => new FileHeader(FileKind.Journal, FileHeader.CurrentVersion, 0, 0).Put(into);

    // What follows the last valid record was never acknowledged, or is damage that cannot be read: it is cut off so that new records are never behind it.
    private void Recover(ProblemLog problems)
    {
        var bytes = File.ReadAllBytes(_path);
        var frames = new FrameScanner(bytes);
        while (frames.Read())
            _sequence = frames.Sequence;
        Report(frames, problems);
        _length = frames.ValidEnd;
        if (_length < bytes.Length)
            _isSuspect = true;
    }

    private void Report(FrameScanner frames, ProblemLog problems)
    {
        if (frames.Damages is not { } damages)
            return;
        foreach (var (offset, length, isTail) in damages)
        {
            problems.Add(new Corruption(_path, offset, isTail
                ? $"torn tail of {length} bytes truncated at the last valid record"
                : $"{length} damaged bytes skipped, the records behind them are kept"));
        }
    }

    private void Repair()
    {
        _disk.SetLength(_file, _length);
        if (_durability == Durability.Fsync)
            _disk.Sync(_file);
        _isSuspect = false;
    }
}
