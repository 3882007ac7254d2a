using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>The disk of a process that is killed at one of its operations, in the middle of it when that is a write: nothing changes from then on.</summary>
internal sealed class KilledDisk(int operations) : Disk
{
    private int _left = operations;

    public bool IsKilled => Volatile.Read(ref _left) < 0;

    public override SafeFileHandle Create(string path) => Lives() ? base.Create(path) : throw Killed();

    public override SafeFileHandle OpenForAppend(string path) => Lives() ? base.OpenForAppend(path) : throw Killed();

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        var left = Interlocked.Decrement(ref _left);
        if (left == -1)
            base.Write(file, bytes[..(bytes.Length / 2)], offset);
        if (left < 0)
            throw Killed();
        base.Write(file, bytes, offset);
    }

    public override void Sync(SafeFileHandle file) => Do(() => base.Sync(file));

    public override void SetLength(SafeFileHandle file, long length) => Do(() => base.SetLength(file, length));

    public override void Rename(string from, string to) => Do(() => base.Rename(from, to));

    public override void Link(string existing, string name) => Do(() => base.Link(existing, name));

    public override void Delete(string path) => Do(() => base.Delete(path));

    public override void SyncDirectory(string path) => Do(() => base.SyncDirectory(path));

    private void Do(Action operation)
    {
        if (!Lives())
            throw Killed();
        operation();
    }

    private bool Lives() => Interlocked.Decrement(ref _left) >= 0;

    private static IOException Killed() => new("killed");
}
