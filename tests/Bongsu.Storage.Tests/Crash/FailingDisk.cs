using Microsoft.Win32.SafeHandles;

namespace Bongsu.Storage.Tests.Crash;

/// <summary>A disk that is full, or cannot sync, or cannot even cut a file back, for as long as it is told to be.</summary>
internal sealed class FailingDisk : Disk
{
    public volatile bool IsFull;
    public volatile bool FailsSync;
    public volatile bool FailsSetLength;

    public override SafeFileHandle Create(string path) => IsFull ? throw new IOException("No space left on device") : base.Create(path);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!IsFull)
        {
            base.Write(file, bytes, offset);
            return;
        }
        // Half of it still fits.
        base.Write(file, bytes[..(bytes.Length / 2)], offset);
        throw new IOException("No space left on device");
    }

    public override void Sync(SafeFileHandle file)
    {
        if (FailsSync)
            throw new IOException("Input/output error");
        base.Sync(file);
    }

    public override void SetLength(SafeFileHandle file, long length)
    {
        if (FailsSetLength)
            throw new IOException("Input/output error");
        base.SetLength(file, length);
    }
}
