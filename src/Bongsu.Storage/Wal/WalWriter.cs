using Bongsu.Storage.Codecs;
using Bongsu.Storage.Frames;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Wal;

/// <summary>
/// Writes the WAL of one signal: numbered files, begun lazily. A commit is durable or leaves no trace that later commits could stand behind: a
/// partial write is cut off again, and when that or a sync fails the file is given up and the next begun. One writer at a time.
/// </summary>
internal sealed class WalWriter(Disk disk, string directory, string signal, Durability durability, long nextNumber) : IDisposable
{
    private readonly ByteWriter _header = new();
    private SafeFileHandle? _file;
    private long _offset;
    private long _number = nextNumber - 1;

    private long _sequence;

    /// <summary>Number of the file that the next commit goes to.</summary>
    public long UpcomingNumber => _file is null ? _number + 1 : _number;

    /// <summary>Size at which a file is closed and the next begun.</summary>
    public required long MaxFileBytes { get; set; }

    /// <summary>The next frame's sequence; ascends through all files of this writer.</summary>
    public long TakeSequence() => ++_sequence;

    /// <summary>Writes frames and makes them durable.</summary>
    /// <exception cref="IOException">They are not durable, and will not be found unless the disk failed in between.</exception>
    public void Commit(ReadOnlySpan<byte> frames)
    {
        if (_file is null)
            Begin();
        try
        {
            disk.Write(_file!, frames, _offset);
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }
        if (durability == Durability.Fsync)
            Sync();
        _offset += frames.Length;
        if (_offset >= MaxFileBytes)
            Close();
    }

    /// <summary>Closes the file; later commits go to the next. Returns the number of the last file that holds earlier ones.</summary>
    public long Rotate()
    {
        Close();
        return _number;
    }

    public void Dispose() => Close();

    private void Begin()
    {
        var path = Path.Combine(directory, DataLayout.WalFile(signal, _number + 1));
        var file = disk.Create(path);
        _number++;
        try
        {
            _header.Clear();
            new FileHeader(FileKind.Wal, FileHeader.CurrentVersion, _number, 0).Put(_header);
            disk.Write(file, _header.Written, 0);
            if (durability == Durability.Fsync)
                disk.SyncDirectory(directory);
        }
        catch (IOException)
        {
            file.Dispose();
            TryDelete(path);
            throw;
        }
        _file = file;
        _offset = _header.Length;
    }

    private void Sync()
    {
        try
        {
            disk.Sync(_file!);
        }
        catch (IOException)
        {
            // Why: after a failed sync the kernel may have dropped the dirty pages; only a fresh file can be trusted.
            CutBack();
            Close();
            throw;
        }
    }

    private void CutBack()
    {
        try
        {
            disk.SetLength(_file!, _offset);
        }
        catch (IOException)
        {
            Close();
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (IOException)
        {
            // An empty file is harmless; start-up steps over it.
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
