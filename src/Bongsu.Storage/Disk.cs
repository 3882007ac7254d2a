using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage;

/// <summary>Every change of a file goes through here, so that tests can make a disk fail. Failures are <see cref="IOException"/>. Thread-safe.</summary>
internal class Disk
{
    public virtual SafeFileHandle Create(string path) =>
        Guard(path, static p => File.OpenHandle(p, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public virtual SafeFileHandle OpenForAppend(string path) =>
        Guard(path, static p => File.OpenHandle(p, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // What .NET makes of EFBIG.
            throw new IOException("The file would grow past the system's limit on file size; raise it (ulimit -f, LimitFSIZE).", e);
        }
    }

    public virtual void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public virtual void SetLength(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public virtual void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a file a second name; where the file system cannot, a copy.</summary>
    public virtual void Link(string existing, string name)
    {
        if (OperatingSystem.IsWindows() || Native.Link(existing, name) != 0)
            File.Copy(existing, name);
    }

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Makes created, renamed and deleted names durable.</summary>
    public virtual void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Native.Open(path, 0);
        if (descriptor < 0)
            throw new IOException($"Cannot open directory {path} to sync it (errno {Marshal.GetLastPInvokeError()}).");
        var result = Native.Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Native.Close(descriptor);
        if (result < 0)
            throw new IOException($"Cannot sync directory {path} (errno {error}).");
    }

    /// <summary>Writes a whole file under a temporary name, syncs it and gives it its name.</summary>
    public void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + DataLayout.TemporarySuffix;
        Delete(temporary);
        using (var file = Create(temporary))
        {
            Write(file, bytes, 0);
            Sync(file);
        }
        Rename(temporary, path);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    public static SafeFileHandle OpenForRead(string path) =>
        Guard(path, static p => File.OpenHandle(p, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Fills the buffer from a place in a file; false when the file ends before.</summary>
    public static bool TryReadExactly(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
                return false;
            buffer = buffer[read..];
            offset += read;
        }
        return true;
    }

    private static SafeFileHandle Guard(string path, Func<string, SafeFileHandle> open)
    {
        try
        {
            return open(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"No permission to open {path}: {e.Message}", e);
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "link", SetLastError = true)]
        public static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Fsync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        public static extern int Close(int descriptor);
    }
}
